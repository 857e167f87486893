import { expect, test } from 'vitest'
import { createMemoryFiles } from '../../../../test/support/memory-files.js'
import { languageSchema } from '../../../generation/text/config.js'
import { trainCharacterTokenizer } from '../../../tokenizers/text/index.js'
import { parseRecipe } from '../../parse-recipe.js'
import type { LanguageModelRecipe } from '../../tasks/language-model.js'
import { prepareLanguageTexts } from './language-texts.js'

const files = createMemoryFiles()
await files.write('lines.txt', ['ab', 'cd', 'ef', 'gh'].join('\n'))
const text = await trainCharacterTokenizer({
  texts: ['abcdefgh'],
  specialTokens: ['<pad>', '<bos>', '<eos>'],
})
const notes = { record: async () => {}, notice: async () => {} }
const world = { files, dataFolder: '', cacheFolder: 'cache', onProgress: () => {} }

/** The ids of the texts to train on, in their order. */
const idsWith = async (tokens: object): Promise<number[]> => {
  // The text names its task.
  const recipe = parseRecipe(
    `
task: language-model
data: { path: lines.txt, documents: line, validation: { share: 0.5 } }
training: { steps: 1 }`,
    { name: 'lines.yaml' },
  ) as LanguageModelRecipe
  const data = await prepareLanguageTexts(recipe, notes, world)
  const config = languageSchema.parse({
    task: 'language-model',
    network: { vocabularySize: 11, context: 64, width: 8, depth: 1, heads: 1 },
    tokens,
  })
  const { training } = await data.rowsOf({ text, config, time: 64 })
  const { ids } = await training.read({ index: 0, epoch: 0 })
  return Array.from(ids)
}

test('documents stand between the tokens that a model has for that, and one is not doubled', async () => {
  const documents = (await idsWith({ pad: 0, bos: 1, eos: 2 })).join(' ').split(' 2')
  expect(documents.length).toBeGreaterThan(2)
  const bare = documents.slice(0, -1).map((one) => one.trim().replace('1 ', ''))
  expect((await idsWith({ pad: 0, eos: 2 })).join(' ')).toBe(`${bare.join(' 2 ')} 2`)
  // The cache, which holds the same texts with other tokens between them, is not taken for these.
  const streams = async () =>
    (await files.list('cache')).flatMap(({ path }) => (path.includes('tokens-') ? [path] : []))
  const before = await streams()
  expect((await idsWith({ pad: 0, bos: 1, eos: 1 })).join(' ')).toBe(`1 ${bare.join(' 1 ')}`)
  // Nor are they replaced, which another run may be reading.
  expect(await streams()).toEqual(expect.arrayContaining(before))
  expect(await streams()).toHaveLength(before.length + 2)
})

test('a text whose end is held out is one text where it is the only one', async () => {
  await files.write('book/first.txt', 'abcdefgh')
  const isOneText = async () => {
    const recipe = parseRecipe(
      `
task: language-model
data: { path: book, validation: { from: end } }
training: { steps: 1 }`,
      { name: 'book.yaml' },
    ) as LanguageModelRecipe
    return (await prepareLanguageTexts(recipe, notes, world)).isOneText
  }
  expect(await isOneText()).toBe(true)
  await files.write('book/second.txt', 'ghabcdef')
  expect(await isOneText()).toBe(false)
})
