import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type LearnOptions, learnMerges } from './learn-merges.js'

const learn = (counts: Record<string, number>, options: Partial<LearnOptions> = {}) =>
  Array.from(
    learnMerges({
      counts: new Map(Object.entries(counts)),
      firstByteId: 0,
      limit: 20,
      minimumFrequency: 1,
      ...options,
    }),
  )

/** Counts all pairs anew before every merge. */
const learnNaively = (counts: Record<string, number>, limit: number, minimumFrequency: number) => {
  let words = Object.entries(counts).map(([text, weight]) => ({
    ids: [...new TextEncoder().encode(text)],
    weight,
  }))
  const merges: [number, number][] = []
  while (merges.length < limit) {
    const pairs = new Map<string, number>()
    for (const { ids, weight } of words) {
      for (let at = 1; at < ids.length; at++) {
        const key = `${ids[at - 1]} ${ids[at]}`
        pairs.set(key, (pairs.get(key) ?? 0) + weight)
      }
    }
    const [best] = [...pairs]
      .map(([key, frequency]) => ({ pair: key.split(' ').map(Number), frequency }))
      .sort(
        (a, b) => b.frequency - a.frequency || a.pair[0]! - b.pair[0]! || a.pair[1]! - b.pair[1]!,
      )
    if (best === undefined || best.frequency < minimumFrequency) break
    const [left, right] = best.pair as [number, number]
    const id = 256 + merges.length
    merges.push([left, right])
    words = words.map(({ ids, weight }) => {
      const merged: number[] = []
      for (let at = 0; at < ids.length; at++) {
        if (ids[at] === left && ids[at + 1] === right) {
          merged.push(id)
          at++
        } else merged.push(ids[at]!)
      }
      return { ids: merged, weight }
    })
  }
  return merges
}

test('the worked example of Sennrich et al. (2016)', () => {
  // low 5, lower 2, newest 6, widest 3: "es" and "est" come first, then "lo" and "low"
  const merges = learn({ low: 5, lower: 2, newest: 6, widest: 3 }, { limit: 4 })
  const [e, s, t, l, o, w] = [...'estlow'].map((letter) => letter.charCodeAt(0))
  expect(merges).toEqual([
    [e, s],
    [256, t],
    [l, o],
    [258, w],
  ])
})

test('equals a trainer that counts everything anew before every merge', () => {
  const word = fc.string({
    unit: fc.constantFrom('a', 'b', 'c', '中'),
    minLength: 1,
    maxLength: 12,
  })
  const corpus = fc.dictionary(word, fc.integer({ min: 1, max: 5 }), { maxKeys: 12 })
  fc.assert(
    fc.property(corpus, fc.integer({ min: 1, max: 4 }), (counts, minimumFrequency) => {
      const limit = 15
      expect(learn(counts, { limit, minimumFrequency })).toEqual(
        learnNaively(counts, limit, minimumFrequency),
      )
    }),
    { seed: 1, numRuns: 300 },
  )
})

test('pairs that are not allowed stay apart', () => {
  const [a, b] = [97, 98]
  expect(learn({ ab: 9, bab: 2 }, { isAllowed: (left) => left !== a })).toEqual([
    [b, a],
    [256, b],
  ])
})

test('learning ends when no pair is frequent enough', () => {
  expect(learn({ ab: 3, cd: 2 }, { minimumFrequency: 3 })).toEqual([[97, 98]])
  expect(learn({})).toEqual([])
})

test('ids start where the caller says', () => {
  expect(learn({ aaaa: 1 }, { firstByteId: 7, limit: 2 })).toEqual([
    [104, 104],
    [263, 263],
  ])
})
