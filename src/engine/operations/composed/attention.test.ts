import { afterAll, describe, expect, it } from 'vitest'
import { randomTensor } from '../../../../test/support/check-gradient.js'
import { createInlineRuntime } from '../../../platform/node/runtime.js'
import { constantOf, createGraph, input } from '../../graph/graph.js'
import type { Value } from '../../graph/value.js'
import { numbersOf, type Tensor, tensorOf } from '../../tensor/tensor.js'
import { concat } from '../primitive/concat.js'
import { slice } from '../primitive/slice.js'
import { attention, causalMask } from './attention.js'

const runtime = createInlineRuntime({ threads: 1 })
afterAll(() => runtime.close())

const float = (shape: readonly number[], seed: number) =>
  randomTensor(shape, { seed, dtype: 'float32' })

type Attend = (queries: Value, keys: Value, values: Value) => Value

const attend = async (
  compute: Attend,
  tensors: readonly [queries: Tensor, keys: Tensor, values: Tensor],
): Promise<number[]> => {
  const names = ['queries', 'keys', 'values'] as const
  const [queries, keys, values] = names.map((name, index) => input(name, tensors[index]!))
  const program = await runtime.createProgram(
    createGraph({ result: compute(queries!, keys!, values!) }),
  )
  const feeds = Object.fromEntries(names.map((name, index) => [name, tensors[index]!]))
  const { result } = await program.run(feeds)
  await program.close()
  return numbersOf(result!)
}

/** The formula with loops, one query at a time. */
const byLoops = (
  [queries, keys, values]: readonly [Tensor, Tensor, Tensor],
  sees: (query: number, key: number) => boolean,
): number[] => {
  const [batch, heads, time, width] = queries.shape as [number, number, number, number]
  const [, groups, length, depth] = values.shape as [number, number, number, number]
  const result: number[] = []
  const numbers = [queries, keys, values].map(numbersOf)
  const [q, k, v] = numbers as [number[], number[], number[]]
  for (let index = 0; index < batch * heads * time; index++) {
    const [picture, head, query] = [
      Math.floor(index / (heads * time)),
      Math.floor(index / time) % heads,
      index % time,
    ]
    const group = picture * groups + Math.floor(head / (heads / groups))
    const scores = Array.from({ length }, (_, key) => {
      let product = 0
      for (let place = 0; place < width; place++) {
        product += q[index * width + place]! * k[(group * length + key) * width + place]!
      }
      return sees(query, key) ? Math.exp(product / Math.sqrt(width)) : 0
    })
    const total = scores.reduce((sum, score) => sum + score, 0)
    for (let place = 0; place < depth; place++) {
      let mixed = 0
      for (let key = 0; key < length; key++) {
        mixed += (scores[key]! / total) * v[(group * length + key) * depth + place]!
      }
      result.push(mixed)
    }
  }
  return result
}

const expectClose = (found: readonly number[], expected: readonly number[]) => {
  expect(found).toHaveLength(expected.length)
  for (const [index, value] of expected.entries()) expect(found[index]).toBeCloseTo(value, 5)
}

describe('attention', () => {
  it('is the formula, for keys of another length and values of another width', async () => {
    const tensors = [
      float([2, 3, 5, 7], 1),
      float([2, 3, 11, 7], 2),
      float([2, 3, 11, 2], 3),
    ] as const
    expectClose(
      await attend(attention, tensors),
      byLoops(tensors, () => true),
    )
  })

  it('shares keys and values among the neighbouring heads of a group', async () => {
    const tensors = [
      float([2, 6, 3, 5], 1),
      float([2, 2, 4, 5], 2),
      float([2, 2, 4, 5], 3),
    ] as const
    expectClose(
      await attend(attention, tensors),
      byLoops(tensors, () => true),
    )
  })

  it('sees the past alone when it is causal', async () => {
    const tensors = [
      float([1, 2, 5, 3], 1),
      float([1, 2, 5, 3], 2),
      float([1, 2, 5, 3], 3),
    ] as const
    const causal: Attend = (q, k, v) => attention(q, k, v, { isCausal: true })
    expectClose(
      await attend(causal, tensors),
      byLoops(tensors, (query, key) => key <= query),
    )
  })

  it('takes fewer queries for the last ones, unless their place is named', async () => {
    const tensors = [
      float([1, 2, 2, 3], 1),
      float([1, 2, 5, 3], 2),
      float([1, 2, 5, 3], 3),
    ] as const
    const last: Attend = (q, k, v) => attention(q, k, v, { isCausal: true })
    const second: Attend = (q, k, v) => attention(q, k, v, { isCausal: true, offset: 1 })
    expectClose(
      await attend(last, tensors),
      byLoops(tensors, (query, key) => key <= query + 3),
    )
    expectClose(
      await attend(second, tensors),
      byLoops(tensors, (query, key) => key <= query + 1),
    )
  })

  it('gives a token with a cache what it would get in the whole sequence', async () => {
    const tensors = [
      float([1, 2, 5, 3], 1),
      float([1, 2, 5, 3], 2),
      float([1, 2, 5, 3], 3),
    ] as const
    const whole: Attend = (q, k, v) => attention(q, k, v, { isCausal: true })
    const step = (q: Value, k: Value, v: Value, time: number) => {
      const upTo = (value: Value) => slice(value, { axis: 2, end: time + 1 })
      return attention(slice(q, { axis: 2, start: time, end: time + 1 }), upTo(k), upTo(v), {
        isCausal: true,
      })
    }
    const stepwise: Attend = (q, k, v) =>
      concat(...[0, 1, 2, 3, 4].map((time) => step(q, k, v, time)), { axis: 2 })
    expectClose(await attend(stepwise, tensors), await attend(whole, tensors))
  })

  it('refuses shapes that do not go together', () => {
    const value = (...shape: number[]) => input('x', { dtype: 'float32', shape })
    expect(() => attention(value(1, 3, 5, 7), value(1, 2, 5, 7), value(1, 2, 5, 7))).toThrow(
      /^attention: expected queries .* got \[1, 3, 5, 7\], \[1, 2, 5, 7\] and \[1, 2, 5, 7\]$/,
    )
  })
})

describe('the causal mask', () => {
  it('is 0 up to the own place and -∞ beyond', () => {
    const mask = constantOf(causalMask({ queries: 2, keys: 3 }))
    expect(mask).toEqual(tensorOf('float32', [0, 0, -Infinity, 0, 0, 0], [2, 3]))
  })

  it('needs the place of queries that outnumber the keys', () => {
    expect(() => causalMask({ queries: 3, keys: 2 })).toThrow(
      'causalMask: 3 queries cannot be the last of 2 keys; name their offset',
    )
    const mask = constantOf(causalMask({ queries: 3, keys: 2, offset: 0, dtype: 'float64' }))
    expect(mask).toEqual(tensorOf('float64', [0, -Infinity, 0, 0, 0, 0], [3, 2]))
  })
})
