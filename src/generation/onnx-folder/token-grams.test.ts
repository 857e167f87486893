import { expect, test } from 'vitest'
import { compute } from '../../../test/support/compute.js'
import { input } from '../../engine/graph/graph.js'
import { numbersOf, tensorOf } from '../../engine/tensor/tensor.js'
import { createInlineRuntime } from '../../platform/node/runtime.js'
import { bucketsOf } from '../../tokenizers/text/token-grams.js'
import { gramsOf } from './token-grams.js'

const runtime = createInlineRuntime({ threads: 1 })

/** The weight of each bucket in a text. */
const weigh = (buckets: readonly number[], weights: readonly number[]): Map<number, number> => {
  const sums = new Map<number, number>()
  buckets.forEach((bucket, place) => {
    const weight = weights[place]!
    if (weight !== 0) sums.set(bucket, (sums.get(bucket) ?? 0) + weight)
  })
  return sums
}

test.each([
  [{ orders: 1, buckets: 1_000 }, 1],
  [{ orders: 3, buckets: 2 ** 20 }, 1],
  [{ orders: 4, buckets: 97 }, undefined],
])('texts have the buckets that training gave them: %j', async (options, bos) => {
  const texts = [[7, 50_000, 7, 3, 2], [9], [2, 2, 2, 2], []]
  const starts = bos === undefined ? [] : [bos]
  const given = texts.map((words) => [...starts, ...words])
  const time = Math.max(...given.map(({ length }) => length))
  const padded = (fill: (row: readonly number[], place: number) => number) =>
    tensorOf(
      'int64',
      given.flatMap((row) => Array.from({ length: time }, (_, place) => fill(row, place))),
      [given.length, time],
    )
  const tensors = {
    ids: padded((row, place) => row[place] ?? 0),
    attended: padded((row, place) => (place < row.length ? 1 : 0)),
    places: padded((_, place) => place),
  }
  const [ids, attended, places] = Object.entries(tensors).map(([name, type]) => input(name, type))
  const grams = gramsOf(
    { ids: ids!, attended: attended!, places: places!, ...(bos === undefined ? {} : { bos }) },
    options,
  )
  const found = await compute(runtime, { ...grams }, tensors)
  const size = time * options.orders
  for (const [row, words] of texts.entries()) {
    const expected = bucketsOf(words, options)
    const weight = 1 / Math.sqrt(expected.length)
    const own = (tensor: typeof found.ids) => numbersOf(tensor!).slice(row * size, (row + 1) * size)
    const sums = weigh(own(found.ids), own(found.weights))
    const wanted = weigh(
      expected,
      expected.map(() => weight),
    )
    expect([...sums.keys()].sort()).toEqual([...wanted.keys()].sort())
    for (const [bucket, sum] of sums) expect(sum).toBeCloseTo(wanted.get(bucket)!, 6)
  }
})
