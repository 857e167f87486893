import { describe, expect, test } from 'vitest'
import { createRandom } from '../../engine/tensor/random.js'
import { fitNgramModel } from './ngram-model.js'

const [a, b, c] = [0, 1, 2]

describe('a model of n-grams', () => {
  test('mixes orders by how many tokens followed a context', () => {
    const model = fitNgramModel([[a, b, a, b, a, c]], { order: 2, vocabularySize: 4 })
    // Three different tokens in six: (3 + 3 · 1/4) / 9 for a, (2 + 3/4) / 9 for b.
    expect(model.probability([], a)).toBeCloseTo(3.75 / 9, 12)
    // After a: b twice, c once, so two different ones in three.
    expect(model.probability([a], b)).toBeCloseTo((2 + 2 * (2.75 / 9)) / 5, 12)
    // After b: always a.
    expect(model.probability([b], a)).toBeCloseTo((2 + 3.75 / 9) / 3, 12)
  })

  test('falls back to the longest context that it knows', () => {
    const model = fitNgramModel([[a, b, a, b]], { order: 3, vocabularySize: 3 })
    expect(model.probability([c], b)).toBe(model.probability([], b))
    expect(model.probability([c, a], b)).toBe(model.probability([a], b))
    // More history than the order has does not count.
    expect(model.probability([c, c, b, a], b)).toBe(model.probability([b, a], b))
  })

  test('gives probabilities that add up to one, whatever came before', () => {
    const random = createRandom(5, 'tokens')
    const vocabularySize = 7
    const tokens = Array.from({ length: 300 }, () => Math.min(random.integer(7), random.integer(7)))
    const model = fitNgramModel([tokens], { order: 4, vocabularySize })
    for (const history of [[], [3], [6, 6], [1, 2, 3], tokens.slice(40, 43)]) {
      const all = Array.from({ length: vocabularySize }, (_, id) => model.probability(history, id))
      expect(all.reduce((sum, one) => sum + one)).toBeCloseTo(1, 12)
      expect(Math.min(...all)).toBeGreaterThan(0)
    }
  })

  test('does not count across runs', () => {
    const apart = fitNgramModel([[a], [b]], { order: 2, vocabularySize: 3 })
    expect(apart.probability([a], b)).toBe(apart.probability([], b))
  })
})
