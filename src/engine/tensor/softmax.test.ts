import { expect, test } from 'vitest'
import { logSumExp, weigh } from './softmax.js'

test('weights over their sum are the softmax of the scores by the temperature', () => {
  const scores = [1, 3, -2]
  for (const temperature of [1, 0.5, 4]) {
    const { largest, weights, total } = weigh(scores, temperature)
    const plain = scores.map((score) => Math.exp(score / temperature))
    const sum = plain.reduce((a, b) => a + b)
    expect(largest).toBe(3)
    weights.forEach((weight, index) => {
      expect(weight / total).toBeCloseTo(plain[index]! / sum, 14)
    })
  }
})

test('the logarithm of a sum stands numbers whose exponentials are too large', () => {
  expect(logSumExp([1, 2, 3])).toBeCloseTo(Math.log(Math.exp(1) + Math.exp(2) + Math.exp(3)), 14)
  expect(logSumExp(Float32Array.of(1000, 1000))).toBe(1000 + Math.log(2))
  expect(logSumExp([Number.NEGATIVE_INFINITY, 5])).toBe(5)
  expect(logSumExp([])).toBe(Number.NEGATIVE_INFINITY)
})
