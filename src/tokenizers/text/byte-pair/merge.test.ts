import fc from 'fast-check'
import { expect, test } from 'vitest'
import { StorageError } from '../../../errors.js'
import { createMerge } from './merge.js'

type Pair = readonly [left: number, right: number]

const mergeWith = (pairs: readonly Pair[], firstResult: number, symbols: readonly number[]) => {
  const merge = createMerge({ pairs, results: pairs.map((_, rank) => firstResult + rank) })
  const ids: number[] = []
  merge(Int32Array.from(symbols), symbols.length, ids)
  return ids
}

/** The definition: as long as there is a known pair, all places of the earliest one are merged. */
const mergeByRounds = (pairs: readonly Pair[], firstResult: number, symbols: readonly number[]) => {
  let ids = [...symbols]
  for (;;) {
    const ranks = ids.slice(1).map((right, at) => {
      const rank = pairs.findIndex((pair) => pair[0] === ids[at] && pair[1] === right)
      return rank < 0 ? Number.POSITIVE_INFINITY : rank
    })
    const first = Math.min(...ranks, Number.POSITIVE_INFINITY)
    if (first === Number.POSITIVE_INFINITY) return ids
    const [left, right] = pairs[first]!
    const merged: number[] = []
    for (let at = 0; at < ids.length; at++) {
      if (ids[at] === left && ids[at + 1] === right) {
        merged.push(firstResult + first)
        at++
      } else merged.push(ids[at]!)
    }
    ids = merged
  }
}

/** Merges in which each pair is made of the alphabet 0 to 2 and of earlier results. */
const mergeLists = fc
  .array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 12 })
  .map((draws) => draws.map(([a, b], rank): Pair => [a % (3 + rank), b % (3 + rank)]))
  .filter((pairs) => new Set(pairs.map(String)).size === pairs.length)

test('equals merging round by round', () => {
  const symbols = fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 40 })
  fc.assert(
    fc.property(mergeLists, symbols, (pairs, text) => {
      expect(mergeWith(pairs, 3, text)).toEqual(mergeByRounds(pairs, 3, text))
    }),
    { seed: 1, numRuns: 500 },
  )
})

test('overlapping pairs are merged from the left', () => {
  expect(mergeWith([[0, 0]], 1, [0, 0, 0])).toEqual([1, 0])
  const doubling: Pair[] = [
    [0, 0],
    [1, 1],
  ]
  expect(mergeWith(doubling, 1, [0, 0, 0, 0, 0, 0, 0])).toEqual([2, 1, 0])
})

test('a run of a million symbols takes about a second, not hours', () => {
  const doubling = Array.from({ length: 19 }, (_, rank): Pair => [rank, rank])
  const started = performance.now()
  const ids = mergeWith(doubling, 1, new Array(2 ** 20 + 5).fill(0))
  expect(performance.now() - started).toBeLessThan(10_000)
  expect(ids).toEqual([19, 19, 2, 0])
})

test('a pair that is listed twice is refused', () => {
  const twice: Pair[] = [
    [0, 1],
    [1, 0],
    [0, 1],
  ]
  expect(() => mergeWith(twice, 2, [])).toThrow(StorageError)
  expect(() => mergeWith(twice, 2, [])).toThrow(/^merge 2: the pair of ids 0 and 1 .+ before/)
})
