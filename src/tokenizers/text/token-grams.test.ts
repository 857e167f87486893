import { expect, test } from 'vitest'
import { bucketsOf } from './token-grams.js'

const options = { orders: 2, buckets: 2 ** 20 }

test('there is a bucket for each n-gram of each order, the same wherever it stands', () => {
  const [one, oneTwo, two, twoOne, oneAgain, oneTwoAgain] = bucketsOf([1, 2, 1, 2], options)
  expect(bucketsOf([1, 2, 1, 2], options)).toHaveLength(4 + 3)
  expect([oneAgain, oneTwoAgain]).toEqual([one, oneTwo])
  expect(new Set([one, oneTwo, two, twoOne]).size).toBe(4)
})

test('tokens that were dropped are in no n-gram', () => {
  const [one, , two] = bucketsOf([1, 2], options)
  expect(bucketsOf([1, -1, 2], options)).toEqual([one, two])
})

test('buckets are filled evenly', () => {
  const counts = new Int32Array(16)
  for (let id = 0; id < 4000; id++) {
    for (const bucket of bucketsOf([id], { orders: 1, buckets: 16 })) counts[bucket]!++
  }
  // 250 each, give or take four standard deviations.
  expect(Math.min(...counts)).toBeGreaterThan(190)
  expect(Math.max(...counts)).toBeLessThan(310)
})

test('the hash stays what trained tables were made with', () => {
  expect(bucketsOf([1, 2], options)).toMatchInlineSnapshot(`
    [
      913427,
      899566,
      324329,
    ]
  `)
})
