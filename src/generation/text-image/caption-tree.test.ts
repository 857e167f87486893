import { expect, test } from 'vitest'
import { tinyTextTokenizer } from '../../../test/support/tiny-text-tokenizer.js'
import type { Question } from '../../data/question.js'
import { specialId } from '../../tokenizers/vocabulary.js'
import { answerProbabilities, captionTree } from './caption-tree.js'

const text = await tinyTextTokenizer()

const ask = (...answers: readonly (readonly string[])[]): Question => ({
  attributes: [{ name: 'what', of: ['what'] }],
  changes: false,
  isInFrames: false,
  answers: answers.map((phrases, place) => ({ values: [`${place}`], phrases: [...phrases] })),
})

/** Logarithms in which each token costs as much as its number, wherever it comes. */
const vocabulary = text.vocabularySize
const logarithmsOf = (nodes: number) =>
  Float32Array.from({ length: (1 + nodes) * vocabulary }, (_, place) => -(place % vocabulary) / 100)

const cost = (ids: readonly number[]) => ids.reduce((sum, id) => sum + id / 100, 0)

test('common beginnings are read once, and last tokens not at all', () => {
  const tree = captionTree([ask(['red cat'], ['red car']), ask(['red'], ['a cat'])], text, {
    textLength: 24,
  })
  const read = tree.tokens.map((token, node) => [tree.parents[node], token])
  expect(new Set(read.map(String)).size).toBe(read.length)
  expect(tree.parents.every((parent, node) => parent < node)).toBe(true)
  const scored = tree.paths.flat(2).map((steps) => steps.map(({ token }) => token))
  expect(scored).toEqual(
    ['red cat', 'red car', 'red', 'a cat'].map((phrase) => text.encode(phrase)),
  )
})

test('an answer is as likely as its phrases together', () => {
  const tree = captionTree([ask(['red cat', 'a cat'], ['blue'])], text, { textLength: 24 })
  const [found] = answerProbabilities(tree, logarithmsOf(tree.tokens.length), vocabulary)
  const [redCat, aCat, blue] = ['red cat', 'a cat', 'blue'].map((phrase) =>
    Math.exp(-cost(text.encode(phrase))),
  )
  expect(found![0]).toBeCloseTo((redCat! + aCat!) / (redCat! + aCat! + blue!), 5)
  expect(found![0]! + found![1]!).toBeCloseTo(1)
})

test('where one phrase begins another, their ends count', () => {
  const tree = captionTree([ask(['red'], ['red cat']), ask(['cat'], ['car'])], text, {
    textLength: 24,
  })
  const lasts = tree.paths.flat(2).map((steps) => steps.at(-1)!.token === specialId('<eos>'))
  expect(lasts).toEqual([true, true, false, false])
})

test('phrases are cut where the model stops reading', () => {
  const long = 'a red cat '.repeat(10)
  const { paths } = captionTree([ask([long], ['blue'])], text, { textLength: 6 })
  expect(paths[0]![0]![0]!.length).toBe(5)
})
