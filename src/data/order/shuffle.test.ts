import fc from 'fast-check'
import { expect, it } from 'vitest'
import { DataError } from '../../errors.js'
import { createOrder } from './shuffle.js'

const orderOf = (count: number, seed: number, epoch: number): number[] =>
  Array.from({ length: count }, (_, place) => createOrder(count, seed, epoch)(place))

it('gives every example exactly one place', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), fc.integer(), fc.nat(9), (count, seed, epoch) => {
      const order = createOrder(count, seed, epoch)
      const seen = new Set(Array.from({ length: count }, (_, place) => order(place)))
      expect([...seen].sort((a, b) => a - b)).toEqual([...Array(count).keys()])
    }),
  )
})

it('is the same for the same seed and epoch, and another for any other', () => {
  expect(orderOf(50, 1, 0)).toEqual(orderOf(50, 1, 0))
  expect(orderOf(50, 1, 0)).not.toEqual(orderOf(50, 1, 1))
  expect(orderOf(50, 1, 0)).not.toEqual(orderOf(50, 2, 0))
})

it('mixes well: over many epochs each example comes first about equally often', () => {
  const [count, epochs] = [10, 5000]
  const firsts = new Array<number>(count).fill(0)
  for (let epoch = 0; epoch < epochs; epoch++) {
    const first = createOrder(count, 3, epoch)(0)
    firsts[first] = firsts[first]! + 1
  }
  // A chi-squared statistic of 9 degrees of freedom is below 27.9 in 999 of 1,000 cases.
  const expected = epochs / count
  const statistic = firsts.reduce((sum, seen) => sum + (seen - expected) ** 2 / expected, 0)
  expect(statistic).toBeLessThan(27.9)
})

it('breaks up neighbours', () => {
  const order = orderOf(1000, 5, 0)
  const kept = order.filter((index, place) => index + 1 === order[place + 1]).length
  expect(kept).toBeLessThan(10)
})

it('needs an example', () => {
  expect(() => createOrder(0, 1, 0)).toThrow(DataError)
})
