import { beforeAll, describe, expect, test } from 'vitest'
import { createMemoryFiles } from '../../../test/support/memory-files.js'
import { tinyEnvironment } from '../../../test/support/tiny-recipes.js'
import type { Media } from '../../data/media/media.js'
import { readTextTokenizer } from '../../tokenizers/text/index.js'
import { estimateRecipe } from '../estimate-recipe.js'
import { parseRecipe } from '../parse-recipe.js'
import type { TextRecipe } from '../recipe.js'
import { countTexts } from './count-texts.js'
import { prepareLanguageModel } from './language/language-model.js'
import { prepareTextClassification } from './text-classification/text-classification.js'
import { prepareTextPairs } from './text-pairs/text-pairs.js'

const files = createMemoryFiles()
const { environment } = tinyEnvironment(files, {} as Media) // No picture is looked at.

const words = 'one two three four five six seven eight nine ten'.split(' ')
const sentence = (index: number): string =>
  Array.from({ length: 2 + (index % 9) }, (_, place) => words[(index * 7 + place * 3) % 10]).join(
    ' ',
  )
const rows = (count: number, row: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => row(index)).join('\n')

beforeAll(async () => {
  await files.write(
    'labelled.tsv',
    rows(200, (row) => `${sentence(row)}\tkind ${row % 4}\n \tnone`),
  )
  await files.write(
    'numbers.csv',
    `a,b,label\n${rows(90, (row) => `${row},${row % 7},${row % 3}`)}`,
  )
  await files.write(
    'pairs.tsv',
    rows(150, (row) => `${sentence(row)}\t${sentence(row + 3)}`),
  )
  await files.write(
    'questions.jsonl',
    rows(30, (row) => {
      const passage = rows(6, (line) => sentence(row + line))
      const answers = (text: string) => [{ text }]
      const qas = [
        { question: 'which one?', answers: answers('one') },
        { question: 'and where?', answers: answers('nowhere') },
      ]
      return JSON.stringify({ context: passage, qas })
    }),
  )
  await files.write('texts.txt', `${rows(300, sentence)}\n${sentence(1)}`)
  await files.write(
    'talks.jsonl',
    rows(60, (row) => {
      const messages = [
        { role: 'user', content: sentence(row) },
        { role: 'assistant', content: sentence(row + 1) },
      ]
      return JSON.stringify({ messages })
    }),
  )
})

const recipeOf = (text: string) =>
  // What is parsed here are recipes of texts.
  parseRecipe(`${text}\ntraining: { epochs: 2, batch: 8 }\n`, { name: 'recipe.yaml' }) as TextRecipe

const prepare = (recipe: TextRecipe, out: string) => {
  switch (recipe.task) {
    case 'language-model':
      return prepareLanguageModel(recipe, out, environment)
    case 'text-classification':
      return prepareTextClassification(recipe, out, environment)
    case 'text-pairs':
      return prepareTextPairs(recipe, out, environment)
  }
}

const classify =
  'task: text-classification\nmodel: { depth: 1, width: 16, heads: 1, context: 40 }\n'
const pairs = (kind: string) =>
  `task: text-pairs\nmodel: { kind: ${kind}, depth: 1, width: 16, heads: 1, sourceLength: 40, targetLength: 40 }\n`
const ofPairs = 'data: { path: pairs.tsv, columns: [source, target]'
const language = 'task: language-model\nmodel: { depth: 1, width: 16, heads: 1, context: 100 }\n'

describe('texts are counted as a run finds them:', () => {
  test.each([
    ['rows of texts', `${classify}data: { path: labelled.tsv }`],
    ['some of them', `${classify}data: { path: labelled.tsv, rows: 50 }`],
    ['rows of numbers', `${classify}data: { path: numbers.csv, columns: [a, b] }`],
    ['pairs', `${pairs('encoder-decoder')}${ofPairs} }`],
    [
      'pairs in both directions',
      `${pairs('encoder-decoder')}${ofPairs}, languages: [en, zh], directions: both }`,
    ],
    ['pairs that share rows', `${pairs('decoder-only')}${ofPairs} }`],
    [
      'windows of passages',
      `${pairs('encoder-decoder')}data: { path: questions.jsonl, content: questions, stride: 8 }\npurpose: answer`,
    ],
    [
      'conversations that share rows',
      `${language}data: { path: talks.jsonl, conversations: messages }`,
    ],
    [
      'conversations that have a row each',
      `${language}data: { path: talks.jsonl, conversations: messages }\nobjective: { packed: false }`,
    ],
  ])('%s', async (name, text) => {
    const recipe = recipeOf(`${text}\ntext: { vocabulary: 300 }`)
    const counted = (await countTexts(recipe, undefined, environment))!
    const prepared = await prepare(recipe, name)
    expect(counted.examples).toBe(prepared.examples)
    await prepared.close()
    const tokenizer = await readTextTokenizer(files, `${name}/tokenizer.json`)
    const columns = recipe.task === 'text-classification' ? (recipe.data.columns ?? []) : []
    expect(counted.vocabulary).toBe(tokenizer.vocabularySize + columns.length)
  })

  test.each([
    ['windows of documents', `${language}data: { path: texts.txt, documents: line }`],
    ['windows of one text', `${language}data: { path: texts.txt, validation: { from: end } }`],
  ])('nearly so %s', async (name, text) => {
    const recipe = recipeOf(`${text}\ntext: { kind: characters }`)
    const counted = (await countTexts(recipe, undefined, environment))!
    const prepared = await prepare(recipe, name)
    expect(counted.examples / prepared.examples).toBeGreaterThan(0.9)
    expect(counted.examples / prepared.examples).toBeLessThan(1.1)
    await prepared.close()
  })

  test('what is left out', async () => {
    const foundIn = async (text: string) =>
      (await countTexts(recipeOf(text), undefined, environment))!.found
    const rows = await foundIn(`${classify}data: { path: labelled.tsv, validation: labelled.tsv }`)
    expect(rows).toEqual({ unit: 'rows', training: 200, validation: 200, leftOut: 400 })
    const asked = `${pairs('encoder-decoder')}data: { path: questions.jsonl, content: questions, stride: 8 }\npurpose: answer`
    // Of each passage one question of two has no answer in it.
    const questions = await foundIn(asked)
    expect(questions).toMatchObject({ unit: 'rows', training: 2 * questions.leftOut })
    const found = await foundIn(`${language}data: { path: texts.txt, documents: line }`)
    expect(found).toMatchObject({ unit: 'documents' })
    expect(found.leftOut).toBeGreaterThan(0)
  })
})

test('texts that are not there yet are not counted', async () => {
  const recipe = recipeOf(`${classify}data: { path: labelled.tsv, test: later.tsv }`)
  expect(await countTexts(recipe, undefined, environment)).toBeUndefined()
})

test('short texts cost less than the recipe has room for', async () => {
  for (const text of [
    `${classify}data: { path: labelled.tsv }`,
    `${pairs('encoder-decoder')}${ofPairs} }`,
  ]) {
    const recipe = recipeOf(`${text}\ntext: { vocabulary: 300 }`)
    const texts = (await countTexts(recipe, undefined, environment))!
    const costs = estimateRecipe(recipe, { flopsPerSecond: 1e9, texts })
    const assumed = estimateRecipe(recipe, { flopsPerSecond: 1e9 })
    expect(costs.flops).toBeLessThan(assumed.flops)
    expect(costs.memory.activations).toBeLessThan(assumed.memory.activations)
    expect(costs.steps).toBe(Math.ceil((2 * texts.examples) / 8))
    expect(assumed.steps).toBeUndefined()
  }
})
