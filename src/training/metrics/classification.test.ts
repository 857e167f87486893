import { expect, test } from 'vitest'
import { expectClose } from '../../../test/support/expect-close.js'
import { bestOf, measureClassification } from './classification.js'

// By hand: of four "a" three were found, of two "b" one; "c" neither occurs nor was guessed.
const measures = measureClassification(['a', 'b', 'c'], [0, 0, 0, 0, 1, 1], [0, 0, 0, 1, 1, 0])

test('guesses are counted by what they were taken for', () => {
  expect(measures.confusion).toEqual([
    [3, 1, 0],
    [1, 1, 0],
    [0, 0, 0],
  ])
  expect(measures.accuracy).toBeCloseTo(4 / 6)
})

test('each label has its precision, recall and F1', () => {
  const [a, b, c] = measures.labels
  expectClose([a!.precision, a!.recall, a!.f1], [3 / 4, 3 / 4, 3 / 4])
  expectClose([b!.precision, b!.recall, b!.f1], [1 / 2, 1 / 2, 1 / 2])
  expect(c).toEqual({ label: 'c', precision: 0, recall: 0, f1: 0, rows: 0 })
})

test('macro F1 is the mean over labels that occur or were guessed', () => {
  expect(measures.macroF1).toBeCloseTo((3 / 4 + 1 / 2) / 2)
})

test('the best of equal scores is the first', () => {
  expect(bestOf([1, 3, 3, 2])).toBe(1)
})
