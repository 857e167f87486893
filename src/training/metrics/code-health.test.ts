import { expect, test } from 'vitest'
import { codeHealth } from './code-health.js'

test('evenly used codes have a perplexity of their number', () => {
  const sample = Int32Array.from({ length: 800 }, (_, place) => place % 8)
  const { usage, perplexity, dead } = codeHealth(sample, 16)
  expect({ usage, dead }).toEqual({ usage: 0.5, dead: 8 })
  expect(perplexity).toBeCloseTo(8, 9)
})

test('a code that is used alone has a perplexity of 1', () => {
  expect(codeHealth(new Int32Array(50).fill(3), 4)).toEqual({
    usage: 0.25,
    perplexity: 1,
    dead: 3,
  })
})

test('uneven use counts for less: a half and two quarters are as good as 2 · √2 codes', () => {
  const { perplexity } = codeHealth(Int32Array.of(0, 0, 1, 2), 3)
  expect(perplexity).toBeCloseTo(2 ** 1.5, 9)
})
