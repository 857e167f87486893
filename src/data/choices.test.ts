import { expect, test } from 'vitest'
import { createRandom } from '../engine/tensor/random.js'
import { allWays, type Choose, chooseBy, equally, withChance } from './choices.js'

/** Makes a second choice after one of its first. */
const order = (choose: Choose): string => {
  const dish = choose([
    [3, 'soup'],
    [1, 'salad'],
  ])
  return dish === 'soup' ? `${dish} with ${choose(equally(['bread', 'rice']))}` : dish
}

test('every way is followed once, however many choices it has', () => {
  expect(allWays(order)).toEqual(['soup with bread', 'soup with rice', 'salad'])
  expect(allWays(() => 'nothing to choose')).toEqual(['nothing to choose'])
  const number = (choose: Choose) =>
    [1, 2, 3].reduce((sum) => 2 * sum + Number(choose(withChance(0.5))), 0)
  expect(allWays(number).sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
})

test('random choices come as often as their weights say', () => {
  const choose = chooseBy(createRandom(1, 'orders'))
  const orders = Array.from({ length: 4000 }, () => order(choose))
  const shareOf = (wanted: string) => orders.filter((one) => one === wanted).length / orders.length
  expect(shareOf('salad')).toBeCloseTo(0.25, 1)
  expect(shareOf('soup with rice')).toBeCloseTo(0.375, 1)
})

test('random choices are those of their stream', () => {
  const orders = (seed: number) => {
    const choose = chooseBy(createRandom(seed, 'orders'))
    return Array.from({ length: 20 }, () => order(choose))
  }
  expect(orders(1)).toEqual(orders(1))
  expect(orders(2)).not.toEqual(orders(1))
})
