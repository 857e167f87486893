import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRandom, type Random } from '../../engine/tensor/random.js'
import { type SamplingOptions, sampleId } from './sample.js'

/** A stream that gives one number again and again. */
const always = (value: number): Random => ({
  uniform: () => value,
  integer: (below) => Math.floor(value * below),
  normal: () => 0,
})

const softmax = (scores: ArrayLike<number>, temperature = 1): number[] => {
  const weights = Array.from(scores, (score) => Math.exp(score / temperature))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return weights.map((weight) => weight / total)
}

const scoresOf = (count: number, seed: number): Float32Array => {
  const random = createRandom(seed, 'scores')
  return Float32Array.from({ length: count }, () => 2 * random.normal())
}

/** The share of draws of each id. */
const frequencies = (scores: Float32Array, options: SamplingOptions, draws = 20_000): number[] => {
  const random = createRandom(5, 'draws')
  const counts = new Array<number>(scores.length).fill(0)
  for (let draw = 0; draw < draws; draw++)
    counts[sampleId(scores, options, random).id]! += 1 / draws
  return counts
}

const anyScores = fc
  .array(fc.integer({ min: -100, max: 100 }), { minLength: 1, maxLength: 40 })
  .map((scores) => Float32Array.from(scores, (score) => score / 8))
const anyUniform = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

/** How many ids have a better score. */
const betterThan = (scores: Float32Array, id: number) =>
  scores.filter((score) => score > scores[id]!).length

/** The ids that may be drawn, found as the definitions of the filters say. */
const remaining = (scores: Float32Array, { topK = 0, topP = 1, minP = 0 }: SamplingOptions) => {
  const probabilities = softmax(scores)
  const best = [...scores.keys()].sort((a, b) => scores[b]! - scores[a]! || a - b)
  const first = topK > 0 ? best.slice(0, topK) : best
  const sum = (ids: readonly number[]) => ids.reduce((all, id) => all + probabilities[id]!, 0)
  const nucleus = first.filter(
    (_, rank) => rank === 0 || sum(first.slice(0, rank)) < topP * sum(first),
  )
  return nucleus.filter((id) => probabilities[id]! >= minP * probabilities[best[0]!]!)
}

describe('an id is drawn', () => {
  test.each([1, 0.5, 2])('as often as its probability says, at temperature %d', (temperature) => {
    const scores = scoresOf(12, 1)
    const expected = softmax(scores, temperature)
    for (const [id, share] of frequencies(scores, { temperature }).entries()) {
      // Four standard errors.
      const error = 4 * Math.sqrt((expected[id]! * (1 - expected[id]!)) / 20_000) + 1e-4
      expect(Math.abs(share - expected[id]!)).toBeLessThan(error)
    }
  })

  test('and named with its probability at that temperature, before other filters', () => {
    const scores = scoresOf(12, 2)
    for (const options of [{ temperature: 0.7 }, { temperature: 0.7, topK: 3, topP: 0.5 }]) {
      const { id, probability } = sampleId(scores, options, always(0.4))
      expect(probability).toBeCloseTo(softmax(scores, 0.7)[id]!, 9)
    }
  })

  test('that is the best one at temperature 0, the first of equals', () => {
    fc.assert(
      fc.property(anyScores, anyUniform, (scores, uniform) => {
        const { id, probability } = sampleId(scores, { temperature: 0 }, always(uniform))
        expect(id).toBe(scores.indexOf(Math.max(...scores)))
        expect(probability).toBeCloseTo(softmax(scores)[id]!, 6)
      }),
    )
  })

  test('never with a score of -∞', () => {
    const scores = Float32Array.of(Number.NEGATIVE_INFINITY, 1, Number.NEGATIVE_INFINITY, 0)
    for (const options of [{}, { topP: 0.999 }, { topK: 4 }]) {
      expect(frequencies(scores, options, 500)[0]).toBe(0)
      expect(frequencies(scores, options, 500)[2]).toBe(0)
    }
  })

  test('the same for the same state of the stream', () => {
    const scores = scoresOf(30, 3)
    const draw = () => {
      const random = createRandom(1, 'same')
      return Array.from({ length: 20 }, () => sampleId(scores, { topP: 0.9 }, random).id)
    }
    expect(draw()).toEqual(draw())
  })
})

describe('filters', () => {
  test('top-k never draws outside of the k best', () => {
    fc.assert(
      fc.property(anyScores, anyUniform, fc.integer({ min: 1, max: 45 }), (scores, u, topK) => {
        const { id } = sampleId(scores, { topK }, always(u))
        expect(betterThan(scores, id)).toBeLessThan(topK)
      }),
    )
  })

  test('top-p draws from the fewest best ids that together reach p', () => {
    fc.assert(
      fc.property(
        anyScores,
        anyUniform,
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        (scores, uniform, topP) => {
          const { id } = sampleId(scores, { topP }, always(uniform))
          const probabilities = softmax(scores)
          const better = probabilities
            .filter((_, other) => scores[other]! > scores[id]!)
            .reduce((sum, probability) => sum + probability, 0)
          // All that are better do not reach p without it.
          expect(better).toBeLessThan(topP + 1e-9)
        },
      ),
    )
  })

  test('top-p leaves the proportions of what it keeps', () => {
    const scores = Float32Array.from([0.5, 0.3, 0.15, 0.05], Math.log)
    const [first, second, third, last] = frequencies(scores, { topP: 0.75 })
    expect(first).toBeCloseTo(0.5 / 0.8, 1)
    expect(second).toBeCloseTo(0.3 / 0.8, 1)
    expect([third, last]).toEqual([0, 0])
  })

  test('min-p keeps ids that are probable enough beside the best', () => {
    fc.assert(
      fc.property(
        anyScores,
        anyUniform,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (scores, uniform, minP) => {
          const { id } = sampleId(scores, { minP }, always(uniform))
          const probabilities = softmax(scores)
          expect(probabilities[id]!).toBeGreaterThanOrEqual(
            minP * Math.max(...probabilities) - 1e-9,
          )
        },
      ),
    )
  })

  test('apply together, each after the one before', () => {
    const scores = Float32Array.from([0.4, 0.3, 0.2, 0.1], Math.log)
    // The two best are 0.7 of the whole; the first alone is more than half of that.
    const both = frequencies(scores, { topK: 2, topP: 0.5 })
    expect(both).toEqual([expect.closeTo(1, 9), 0, 0, 0])
  })

  test('leave what their definitions say', () => {
    fc.assert(
      fc.property(
        anyScores,
        fc.integer({ min: 0, max: 45 }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (wide, topK, topP, minP) => {
          // Where nothing is filtered, ids are drawn in their own order.
          fc.pre(topK > 0 || topP < 1 || minP > 0)
          const scores = wide.map((score) => score / 4)
          const options = { topK, topP, minP }
          const left = remaining(scores, options)
          expect(sampleId(scores, options, always(0)).id).toBe(left[0])
          expect(sampleId(scores, options, always(1 - 1e-12)).id).toBe(left.at(-1))
        },
      ),
    )
  })

  test('one that keeps everything changes nothing', () => {
    const scores = scoresOf(20, 4)
    const plain = frequencies(scores, {})
    expect(frequencies(scores, { topK: 0, topP: 1, minP: 0 })).toEqual(plain)
  })

  test('always leave at least one id', () => {
    const scores = scoresOf(5, 6)
    const best = scores.indexOf(Math.max(...scores))
    expect(sampleId(scores, { topP: 0 }, always(0.99)).id).toBe(best)
    expect(sampleId(scores, { minP: 9 }, always(0.99)).id).toBe(best)
  })
})
