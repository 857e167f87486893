import { expect, test } from 'vitest'
import { createRandom } from '../../engine/tensor/random.js'
import { pairedBootstrap } from './paired-bootstrap.js'

/** So many rights among 400, others for each seed. */
const rights = (share: number, seed: number) => {
  const random = createRandom(seed, 'rights')
  return Array.from({ length: 400 }, () => (random.uniform() < share ? 1 : 0))
}

test('models that are alike differ by nothing for sure', () => {
  const same = rights(0.8, 1)
  expect(pairedBootstrap(same, same)).toEqual({ difference: 0, low: 0, high: 0, share: 0.5 })
})

test('a model that is much better is so in nearly all samples', () => {
  const { difference, low, share } = pairedBootstrap(rights(0.9, 1), rights(0.6, 2))
  expect(difference).toBeCloseTo(0.3, 1)
  expect(low).toBeGreaterThan(0.2)
  expect(share).toBe(1)
})

test('the interval is that of the normal approximation, where that holds', () => {
  const [first, second] = [rights(0.7, 3), rights(0.68, 4)]
  const { difference, low, high } = pairedBootstrap(first, second, { samples: 4000 })
  const gaps = first.map((value, row) => value - second[row]!)
  const variance = gaps.reduce((sum, gap) => sum + (gap - difference) ** 2, 0) / gaps.length
  const half = 1.96 * Math.sqrt(variance / gaps.length)
  expect(low).toBeCloseTo(difference - half, 1.7)
  expect(high).toBeCloseTo(difference + half, 1.7)
})

test('the same seed draws the same samples', () => {
  const [first, second] = [rights(0.7, 5), rights(0.7, 6)]
  expect(pairedBootstrap(first, second, { seed: 1 })).toEqual(
    pairedBootstrap(first, second, { seed: 1 }),
  )
  expect(pairedBootstrap(first, second, { seed: 2 })).not.toEqual(
    pairedBootstrap(first, second, { seed: 1 }),
  )
})
