import { expect, test } from 'vitest'
import { compute } from '../../../test/support/compute.js'
import { expectClose } from '../../../test/support/expect-close.js'
import { attendHead } from '../../../test/support/reference-attention.js'
import { randomRows, rowsOf } from '../../../test/support/rows.js'
import { input } from '../../engine/graph/graph.js'
import { transpose } from '../../engine/operations/index.js'
import { numbersOf, type Tensor, tensorOf } from '../../engine/tensor/tensor.js'
import { createInlineRuntime } from '../../platform/node/runtime.js'
import { cachedAttention } from './cached-attention.js'

const runtime = createInlineRuntime({ threads: 1 })

test.each([
  { heads: 4, groups: 4 },
  { heads: 4, groups: 2 },
  { heads: 3, groups: 1 },
])('a new token sees the filled part of the cache and itself: %j', async ({ heads, groups }) => {
  const [batch, capacity, width] = [2, 6, 4]
  /** How much of the cache is filled, and which place is padding. */
  const sequences = [
    { filled: 3, padding: 1 },
    { filled: 5, padding: 0 },
  ]
  const isSeen = (sequence: number, place: number) =>
    place < sequences[sequence]!.filled && place !== sequences[sequence]!.padding
  const feeds: Record<string, Tensor> = {
    queries: randomRows([batch, heads, 1, width], 1),
    keys: randomRows([batch, groups, capacity, width], 2),
    values: randomRows([batch, groups, capacity, width], 3),
    newKeys: randomRows([batch, groups, 1, width], 4),
    newValues: randomRows([batch, groups, 1, width], 5),
    mask: tensorOf(
      'float32',
      Array.from({ length: batch * capacity }, (_, place) =>
        isSeen(Math.floor(place / capacity), place % capacity) ? 0 : -1e9,
      ),
      [batch, 1, 1, capacity],
    ),
  }
  const value = (name: string) => input(name, feeds[name]!)
  const output = cachedAttention(
    value('queries'),
    { keys: value('newKeys'), values: value('newValues') },
    { keys: transpose(value('keys'), { axes: [0, 1, 3, 2] }), values: value('values') },
    { mask: value('mask'), scale: 1 / Math.sqrt(width) },
  )
  const found = await compute(runtime, { output }, feeds)
  expect(found.output!.shape).toEqual([batch, heads, 1, width])

  const rows = (name: string) => rowsOf(feeds[name]!)
  const expected = sequences.flatMap((_, sequence) =>
    Array.from({ length: heads }, (_, head) => {
      const group = sequence * groups + Math.floor(head / (heads / groups))
      const withNew = (cache: string, fresh: string) => [
        ...rows(cache).slice(group * capacity, (group + 1) * capacity),
        rows(fresh)[group]!,
      ]
      return attendHead(
        [rows('queries')[sequence * heads + head]!],
        withNew('keys', 'newKeys'),
        withNew('values', 'newValues'),
        (_query, key) => key === capacity || isSeen(sequence, key),
      ).flat()
    }).flat(),
  )
  expectClose(numbersOf(found.output!), expected)
})
