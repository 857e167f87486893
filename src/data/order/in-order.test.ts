import { expect, it } from 'vitest'
import { mapInOrder } from './in-order.js'

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

const collect = async <T>(results: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = []
  for await (const result of results) all.push(result)
  return all
}

it('keeps the order of the items however long each takes', async () => {
  const delays = [9, 1, 5, 0, 3]
  const results = mapInOrder(delays, 3, async (delay) => {
    await wait(delay)
    return delay
  })
  expect(await collect(results)).toEqual(delays)
})

it('has no more than the limit under way', async () => {
  let [underWay, most] = [0, 0]
  const results = mapInOrder(Array(20).keys(), 4, async (item) => {
    most = Math.max(most, ++underWay)
    await wait(1)
    underWay--
    return item
  })
  expect(await collect(results)).toHaveLength(20)
  expect(most).toBe(4)
})

it('throws the first failure, after the results before it', async () => {
  const seen: number[] = []
  const results = mapInOrder([1, 2, 3, 4], 4, async (item) => {
    if (item > 2) throw new Error(`item ${item}`)
    return item
  })
  const run = async () => {
    for await (const result of results) seen.push(result)
  }
  await expect(run()).rejects.toThrow('item 3')
  expect(seen).toEqual([1, 2])
})
