import { afterAll, describe, expect, it } from 'vitest'
import { expectClose } from '../../../test/support/expect-close.js'
import { ShapeError } from '../../errors.js'
import { createInlineRuntime } from '../../platform/node/runtime.js'
import { createGraph, input, printGraph } from '../graph/graph.js'
import { nodesInOrder, type Value } from '../graph/value.js'
import {
  add,
  argMax,
  cast,
  concat,
  exp,
  expand,
  gather,
  layerNormalization,
  log,
  max,
  maximum,
  maxPool,
  mean,
  minimum,
  mul,
  sin,
  slice,
  split,
  stopGradient,
  sum,
} from '../operations/index.js'
import { numbersOf, type TensorType, tensorOf } from '../tensor/tensor.js'
import { gradients } from './gradient.js'

const runtime = createInlineRuntime({ threads: 1 })
afterAll(() => runtime.close())

const vector: TensorType = { dtype: 'float64', shape: [3] }
const values = [0.5, -1.25, 2]

/** The numbers of a computation at x = `values`. */
const at = async (compute: (x: Value) => Value): Promise<number[]> => {
  const result = compute(input('x', vector))
  const program = await runtime.createProgram(createGraph({ result }))
  const { result: tensor } = await program.run({ x: tensorOf('float64', values) })
  await program.close()
  return numbersOf(tensor!)
}

/** To the last digits of float64, nearly. */
const expectExact = (found: readonly number[], expected: readonly number[]) =>
  expectClose(found, expected, { absolute: 1e-10, relative: 1e-10 })

const gradientOf = (compute: (x: Value) => Value) => (x: Value) => {
  const [gradient] = gradients(compute(x), [x])
  return gradient!
}

describe('the gradient', () => {
  it('adds up over all paths to a value', async () => {
    // d(x eˣ + sin x) = (1 + x) eˣ + cos x
    const found = await at(gradientOf((x) => sum(add(mul(x, exp(x)), sin(x)))))
    expectExact(
      found,
      values.map((x) => (1 + x) * Math.exp(x) + Math.cos(x)),
    )
  })

  it('of equal largest numbers is shared evenly, or goes to the first of a window', async () => {
    /** The numbers, of which the largest is there twice. */
    const tied = (x: Value) => concat(x, slice(x, { axis: 0, start: 2, end: 3 }), { axis: 0 })
    const shared = await at((x) => {
      const y = tied(x)
      return gradients(max(y), [y])[0]!
    })
    expectExact(shared, [0, 0, 0.5, 0.5])
    for (const choose of [maximum, minimum]) {
      const sums = await at((x) => {
        const [one, other] = [exp(x), exp(x)]
        const [left, right] = gradients(sum(choose(one, other)), [one, other])
        return add(left!, right!)
      })
      expectExact(sums, [1, 1, 1])
    }
    const windows = await at((x) => {
      const first = slice(x, { axis: 0, start: 0, end: 1 })
      const blank = expand(first, { shape: [1, 1, 4, 4] })
      return gradients(sum(maxPool(blank, { size: [2, 2], strides: [2, 2] })), [blank])[0]!
    })
    expectExact(windows, [1, 0, 1, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0])
  })

  it('has a gradient of its own', async () => {
    // d²(x³) = 6x
    const cube = (x: Value) => sum(mul(x, mul(x, x)))
    const found = await at(gradientOf((x) => sum(gradientOf(cube)(x))))
    expectExact(
      found,
      values.map((x) => 6 * x),
    )
  })

  it('can be taken with respect to what was computed on the way', async () => {
    const found = await at((x) => {
      const inner = exp(x)
      const [gradient] = gradients(sum(mul(inner, inner)), [inner])
      return gradient!
    })
    expectExact(
      found,
      values.map((x) => 2 * Math.exp(x)),
    )
  })

  it('is 1 for the loss itself', async () => {
    const found = await at((x) => {
      const loss = mean(x)
      return gradients(loss, [loss])[0]!
    })
    expectExact(found, [1])
  })

  it('is undefined where the loss does not depend on a value', () => {
    const [x, y] = [input('x', vector), input('y', vector)]
    expect(gradients(sum(x), [y])).toEqual([undefined])
    expect(gradients(sum(stopGradient(exp(x))), [x])).toEqual([undefined])
    expect(gradients(sum(cast(argMax(x, { axis: 0 }), { to: 'float64' })), [x])).toEqual([
      undefined,
    ])
  })

  it('stops at stopGradient, and passes beside it', async () => {
    const found = await at(gradientOf((x) => sum(mul(x, stopGradient(x)))))
    expectExact(found, values)
  })

  it('takes zeros for the results of a node that the loss does not use', async () => {
    const found = await at(
      gradientOf((x) => {
        const [, last] = split(x, { axis: 0, sizes: [2, 1] })
        return sum(mul(last!, 3))
      }),
    )
    expectExact(found, [0, 0, 3])
  })

  it('adds nothing to the graph for values that are not asked for', () => {
    const [x, y] = [input('x', vector), input('y', vector)]
    const loss = sum(mul(exp(x), log(y)))
    const [gradient] = gradients(loss, [x])
    const names = nodesInOrder([gradient!]).map(({ operation }) => operation.name)
    expect(names).not.toContain('div')
  })

  it('marks its nodes with the place of what it differentiates', () => {
    const x = input('x', vector)
    const [gradient] = gradients(sum(exp(x)), [x])
    expect(printGraph(createGraph({ gradient: gradient! }))).toContain('# gradient')
  })

  it('walks chains that are deeper than the call stack', () => {
    const x = input('x', { dtype: 'float32', shape: [] })
    let value = x
    for (let depth = 0; depth < 20_000; depth++) value = add(value, 1)
    expect(gradients(value, [x])[0]).toBeDefined()
  })
})

describe('what has no gradient', () => {
  const x = input('x', { dtype: 'float32', shape: [3, 5] })
  const scale = input('scale', { dtype: 'float32', shape: [5] })

  it('is a loss of several elements, or of whole numbers', () => {
    expect(() => gradients(exp(x), [x])).toThrow(
      'gradients: expected a floating-point scalar as the loss, got float32[3, 5]; reduce it with ' +
        'sum or mean',
    )
    const count = sum(cast(x, { to: 'int32' }))
    expect(() => gradients(count, [x])).toThrow(ShapeError)
  })

  it('is the statistics of a layer normalisation, rather than a wrong one', () => {
    const message = /no gradient flows through the mean and the deviation/
    const [result, center] = layerNormalization(x, scale, scale)
    expect(() => gradients(sum(center), [x])).toThrow(message)
    const twice = () => {
      const [first] = gradients(sum(mul(result, x)), [x])
      return gradients(sum(mul(first!, first!)), [x])
    }
    expect(twice).toThrow(message)
  })
})

describe('the gradient of a table', () => {
  // Many ids, most of them more than once. Whole numbers add up exactly in any order, fractions
  // differ by it: equal bits over many runs mean a fixed order.
  const count = 1536
  const ids = Int32Array.from({ length: count }, (_, index) => (index * index * 7) % 31)

  const tableGradient = async (rows: number, runs: number, upstream: readonly number[]) => {
    const table = input('table', { dtype: 'float32', shape: [rows, 3] })
    const places = input('ids', { dtype: 'int32', shape: [count] })
    const weights = input('weights', { dtype: 'float32', shape: [count, 3] })
    const [gradient] = gradients(sum(mul(gather(table, places), weights)), [table])
    const parallel = createInlineRuntime()
    const program = await parallel.createProgram(createGraph({ gradient: gradient! }))
    const feeds = {
      ids: tensorOf('int32', ids),
      weights: tensorOf('float32', upstream, [count, 3]),
      table: tensorOf('float32', new Float32Array(rows * 3), [rows, 3]),
    }
    const results = new Set<string>()
    let last: number[] = []
    for (let run = 0; run < runs; run++) {
      last = numbersOf((await program.run(feeds)).gradient!)
      results.add(last.join())
    }
    await parallel.close()
    return { results, last }
  }

  const expected = (rows: number, upstream: readonly number[]) => {
    const sums = new Array<number>(rows * 3).fill(0)
    for (const [index, value] of upstream.entries()) {
      sums[ids[Math.floor(index / 3)]! * 3 + (index % 3)]! += value
    }
    return sums
  }

  it.each([
    ['a product with one-hot rows', 31],
    ['scattering', 1031],
  ])('is exact with repeated ids, by %s', async (_, rows) => {
    const whole = Array.from({ length: count * 3 }, (_, index) => (index % 11) - 5)
    const { last } = await tableGradient(rows, 1, whole)
    expect(last).toEqual(expected(rows, whole))
  })

  it.each([
    ['a product with one-hot rows', 31],
    ['scattering', 1031],
  ])('has the same bits in 1,000 runs, by %s', async (_, rows) => {
    const fractions = Array.from({ length: count * 3 }, (_, index) => Math.fround(Math.sin(index)))
    const { results, last } = await tableGradient(rows, 1000, fractions)
    expect(results.size).toBe(1)
    for (const [index, value] of expected(rows, fractions).entries()) {
      expect(last[index]).toBeCloseTo(value, 4)
    }
  })
})
