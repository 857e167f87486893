import { describe, expect, test } from 'vitest'
import { createRandom } from '../../engine/tensor/random.js'
import { numbersOf } from '../../engine/tensor/tensor.js'
import { nextTokenBatch } from './language.js'
import { createPrefixer, type PrefixedGapsOptions } from './prefixed-gaps.js'

const [pad, bos, mask] = [0, 1, 3]
const tokens = { pad, bos, mask }
const time = 40
const ids = [bos, ...Array.from({ length: 19 }, (_, place) => 4 + place), bos]
const row = { ids: [...ids, ...Array.from({ length: time + 1 - ids.length }, (_, n) => 30 + n)] }

/** Many rows with prefixes. */
const prefixed = (options: Partial<PrefixedGapsOptions> = {}, given = row) => {
  const create = createPrefixer(tokens, { ...{ chance: 1, time, share: 0.2, span: 2 }, ...options })
  const random = createRandom(1, 'prefixes')
  return Array.from({ length: 300 }, () => create(given, random))
}
const lengthOf = ({ prefixes }: { prefixes?: ArrayLike<number> }) => prefixes?.length ?? 0

describe('a row with a prefix', () => {
  test('is as often there as is said, and of any length', () => {
    const lengths = prefixed({ chance: 0.25 }).map(lengthOf)
    const share = lengths.filter((length) => length > 0).length / lengths.length
    expect(share).toBeGreaterThan(0.17)
    expect(share).toBeLessThan(0.33)
    expect(prefixed({ chance: 0 })[0]).toBe(row)
    const all = prefixed().map(lengthOf)
    expect([Math.min(...all), Math.max(...all)]).toEqual([1, time])
  })

  test('has gaps that count together as much as its tokens, and never where a document starts', () => {
    for (const { gaps, counts, prefixes } of prefixed()) {
      const places = Array.from(gaps!).flatMap((isGap, place) => (isGap === 1 ? [place] : []))
      if (prefixes!.length < 2) {
        expect(places).toEqual([])
        continue
      }
      expect(places).toHaveLength(Math.max(1, Math.round(2 * 0.2 * prefixes!.length)))
      expect(places.some((place) => row.ids[place] === bos)).toBe(false)
      expect(Array.from(counts!).reduce((a, b) => a + b)).toBeCloseTo(prefixes!.length, 4)
    }
  })

  test('that is short is a prefix at most', () => {
    const short = { ids: [bos, 7, 8] }
    expect(Math.max(...prefixed({}, short).map(lengthOf))).toBe(3)
  })

  test('is read with gaps, and learned at the tokens before them and behind the prefix', () => {
    const shape = { batch: 1, time, hasDocuments: true }
    for (const given of prefixed().slice(0, 20)) {
      const feeds = nextTokenBatch([given], shape, tokens, 'prefix')
      const [read, labels, weights, seen] = ['ids', 'labels', 'weights', 'prefixes'].map((name) =>
        numbersOf(feeds[name]!),
      )
      const length = lengthOf(given)
      for (let place = 0; place < time; place++) {
        const isGap = given.gaps![place] === 1
        expect(read![place]).toBe(isGap ? mask : row.ids[place])
        expect(labels![place]).toBe(row.ids[place + 1])
        expect(seen![place]).toBe(place < length ? 1 : 0)
        const isLearned =
          place + 1 < length ? given.gaps![place + 1] === 1 : row.ids[place + 1] !== bos
        expect(weights![place]! > 0).toBe(isLearned)
      }
    }
  })
})
