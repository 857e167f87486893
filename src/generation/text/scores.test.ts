import { describe, expect, test } from 'vitest'
import { adjustScores } from './choosing/adjust-scores.js'
import { completionsOfRepeats, forbidRepeats } from './choosing/no-repeat-ngram.js'
import { penalizeRepetition } from './choosing/repetition-penalty.js'

const none = Number.NEGATIVE_INFINITY

describe('a penalty on repetition', () => {
  test('makes what was said less likely, whatever the sign of its score, and counts it once', () => {
    const scores = Float32Array.of(3, -3, 2, -2, 0)
    penalizeRepetition(scores, [0, 1, 1, 0, 4], 1.5)
    expect([...scores]).toEqual([2, -4.5, 2, -2, 0])
  })

  test('below 1 seeks repetition', () => {
    const scores = Float32Array.of(3, -3)
    penalizeRepetition(scores, [0, 1], 0.5)
    expect([...scores]).toEqual([6, -1.5])
  })
})

describe('no stretch twice', () => {
  /** Every id that would make the last n tokens occur before, tried one by one. */
  const naive = (ids: readonly number[], n: number, vocabulary: number) =>
    Array.from({ length: vocabulary }, (_, id) => id).filter((id) => {
      const stretches = [...ids, id]
        .map((_, start, all) => all.slice(start, start + n).join())
        .slice(0, ids.length + 2 - n)
      return ids.length >= n && stretches.slice(0, -1).includes(stretches.at(-1)!)
    })

  test.each([1, 2, 3, 4])('of %d tokens: as found by trying every id', (n) => {
    const ids = [1, 2, 3, 1, 2, 0, 1, 2, 3, 1, 2]
    for (let length = 0; length <= ids.length; length++) {
      const given = ids.slice(0, length)
      const found = [...completionsOfRepeats(given, n)].sort()
      expect(found, given.join()).toEqual(naive(given, n, 5))
    }
  })

  test('rules ids out, unless nothing else could be said', () => {
    const scores = Float32Array.of(1, 2, 3)
    forbidRepeats(scores, [0, 1, 0], 2)
    expect([...scores]).toEqual([1, none, 3])
    const onlyRepeats = Float32Array.of(none, 2, none)
    forbidRepeats(onlyRepeats, [0, 1, 0], 2)
    expect([...onlyRepeats]).toEqual([none, 2, none])
  })
})

test('adjusting leaves the given scores alone', () => {
  const scores = Float32Array.of(2, 4, 1)
  const adjusted = adjustScores(scores, [1, 2, 1], { repetitionPenalty: 2, noRepeatNgram: 2 })
  expect([...adjusted]).toEqual([2, 2, none])
  expect([...scores]).toEqual([2, 4, 1])
})

test('ids that are favoured gain the bias once, before what repeats is ruled out', () => {
  const scores = Float32Array.of(2, 4, 1)
  const favour = { favoured: [0, 2], bias: 3 }
  expect([...adjustScores(scores, [], { favour })]).toEqual([5, 4, 4])
  expect([...adjustScores(scores, [1, 2, 1], { favour, noRepeatNgram: 2 })]).toEqual([5, 4, none])
  expect([...scores]).toEqual([2, 4, 1])
})
