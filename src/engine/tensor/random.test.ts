import { describe, expect, it } from 'vitest'
import { createRandom, hashOf } from './random.js'

const count = 100_000
const draw = (next: () => number) => Float64Array.from({ length: count }, next)

/** How many standard deviations a sum of independent terms is from what it should be. */
const deviations = (sum: number, mean: number, variance: number) =>
  Math.abs(sum - count * mean) / Math.sqrt(count * variance)

const total = (values: Iterable<number>) => {
  let sum = 0
  for (const value of values) sum += value
  return sum
}

describe('the stream of a place', () => {
  it('is the same for the same seed and place, whatever else was drawn', () => {
    const first = createRandom(7, 'shuffle', 3)
    const second = createRandom(7, 'shuffle', 3)
    const numbers = Array.from({ length: 5 }, () => first.uniform())
    createRandom(7, 'other').uniform()
    expect(Array.from({ length: 5 }, () => second.uniform())).toEqual(numbers)
  })

  it('is unrelated to those of neighbouring seeds and places', () => {
    const places = [
      [7, 'a', 0],
      [8, 'a', 0],
      [7, 'b', 0],
      [7, 'a', 1],
      [7 + 2 ** 32, 'a', 0],
      [7, 'a'],
    ] as const
    const streams = places.map(([seed, ...place]) => {
      const random = createRandom(seed, ...place)
      return draw(() => random.uniform() - 0.5)
    })
    for (const [index, stream] of streams.entries()) {
      for (const other of streams.slice(index + 1)) {
        const products = stream.map((value, place) => value * other[place]!)
        expect(deviations(total(products), 0, 1 / 144)).toBeLessThan(4)
      }
    }
  })

  it('is even: mean, variance, bins and neighbours', () => {
    const random = createRandom(1, 'even')
    const values = draw(() => random.uniform())
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true)
    expect(deviations(total(values), 1 / 2, 1 / 12)).toBeLessThan(4)
    const squares = values.map((value) => (value - 0.5) ** 2)
    expect(deviations(total(squares), 1 / 12, 1 / 180)).toBeLessThan(4)
    const neighbours = values.map(
      (value, index) => (value - 0.5) * (values[(index + 1) % count]! - 0.5),
    )
    expect(deviations(total(neighbours), 0, 1 / 144)).toBeLessThan(4)
    const bins = new Float64Array(256)
    for (const value of values) bins[Math.floor(value * 256)]!++
    const expected = count / 256
    const chiSquared = total(bins.map((bin) => (bin - expected) ** 2 / expected))
    // 255 degrees of freedom: mean 255, standard deviation √510.
    expect(Math.abs(chiSquared - 255) / Math.sqrt(510)).toBeLessThan(4)
  })

  it('gives whole numbers below a bound, each as often', () => {
    const random = createRandom(2, 'whole')
    const bins = new Float64Array(7)
    for (let index = 0; index < count; index++) bins[random.integer(7)]!++
    expect(total(bins)).toBe(count)
    for (const bin of bins) expect(deviations(bin, 1 / 7, 6 / 49)).toBeLessThan(4)
  })

  it('gives normal numbers: moments up to the fourth, none infinite', () => {
    const random = createRandom(3, 'normal')
    const values = draw(() => random.normal())
    expect(values.every(Number.isFinite)).toBe(true)
    // Moments of a standard normal: 0, 1, 0, 3; their variances: 1, 2, 15, 96.
    const moments = [0, 1, 0, 3]
    const variances = [1, 2, 15, 96]
    for (const [index, moment] of moments.entries()) {
      const sum = total(values.map((value) => value ** (index + 1)))
      expect(deviations(sum, moment, variances[index]!)).toBeLessThan(4)
    }
  })
})

describe('hashOf', () => {
  it('tells apart where one part of a place ends and the next begins', () => {
    const hashes = [
      hashOf(1, 'ab'),
      hashOf(1, 'a', 'b'),
      hashOf(1, 'a', 'b', ''),
      hashOf(1, 'b', 'a'),
      hashOf(1, 1, 2),
      hashOf(1, '1', '2'),
      hashOf(1, 12),
      hashOf(2, 'ab'),
    ]
    expect(new Set(hashes).size).toBe(hashes.length)
  })

  it('changes half of its bits when one bit of the place changes', () => {
    const ones = Array.from({ length: 2000 }, (_, place) => {
      const changed = hashOf(5, place) ^ hashOf(5, place ^ (1 << (place % 31)))
      return (changed >>> 0).toString(2).replaceAll('0', '').length
    })
    // Binomial of 32 bits: mean 16, variance 8.
    expect(Math.abs(total(ones) / 2000 - 16)).toBeLessThan((4 * Math.sqrt(8)) / Math.sqrt(2000))
  })
})
