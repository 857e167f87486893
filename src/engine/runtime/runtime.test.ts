import { afterAll, describe, expect, it } from 'vitest'
import { createInlineRuntime } from '../../platform/node/runtime.js'
import { createGraph, input } from '../graph/graph.js'
import { add, concat, gather, matmul, mul, reshape, sub, sum } from '../operations/index.js'
import { numbersOf, type Tensor, type TensorType, tensorOf } from '../tensor/tensor.js'

const runtime = createInlineRuntime({ threads: 1 })
afterAll(() => runtime.close())

const float = (...shape: number[]): TensorType => ({ dtype: 'float32', shape })
const numbers = (tensors: Record<string, Tensor>, name: string) => numbersOf(tensors[name]!)

describe('a program', () => {
  it('computes the outputs from what it is fed', async () => {
    const [x, y] = [input('x', float(2)), input('y', float(2))]
    const program = await runtime.createProgram(createGraph({ sum: add(x, y), product: mul(x, y) }))
    const feeds = { x: tensorOf('float32', [1, 2]), y: tensorOf('float32', [3, 5]) }
    const results = await program.run(feeds)
    expect(results.sum).toEqual(tensorOf('float32', [4, 7]))
    expect(results.product).toEqual(tensorOf('float32', [3, 10]))
  })

  it('hands out results that later runs leave alone', async () => {
    const x = input('x', float(2))
    const program = await runtime.createProgram(createGraph({ twice: add(x, x) }))
    const first = await program.run({ x: tensorOf('float32', [1, 2]) })
    await program.run({ x: tensorOf('float32', [5, 7]) })
    expect(numbers(first, 'twice')).toEqual([2, 4])
  })

  it('says which input is missing', async () => {
    const program = await runtime.createProgram(createGraph({ y: add(input('x', float(2)), 1) }))
    await expect(program.run({})).rejects.toThrow('run: the input "x" was not fed and is no buffer')
  })

  it('says what failed in a run, in one line', async () => {
    const table = input('table', float(3, 2))
    const ids = input('ids', { dtype: 'int32', shape: [1] })
    const program = await runtime.createProgram(createGraph({ rows: gather(table, ids) }))
    const feeds = {
      table: tensorOf('float32', new Float32Array(6), [3, 2]),
      ids: tensorOf('int32', [7]),
    }
    await expect(program.run(feeds)).rejects.toThrow(
      /^cpu: the run failed: [^\n]*indices element out of data bounds[^\n]*$/,
    )
  })

  it('cannot be run once it is closed', async () => {
    const program = await runtime.createProgram(createGraph({ y: add(input('x', float()), 1) }))
    await program.close()
    await expect(program.run({ x: tensorOf('float32', [1], []) })).rejects.toThrow(
      'runtime: these programs were closed already',
    )
  })
})

describe('buffers', () => {
  it('are read and written by name, as copies', async () => {
    const mine = tensorOf('float32', [1, 2])
    const buffers = await runtime.createBuffers({ a: mine, b: tensorOf('int64', [3]) })
    mine.data.fill(9)
    const read = await buffers.read(['a'])
    expect(read).toEqual({ a: tensorOf('float32', [1, 2]) })
    ;(read.a!.data as Float32Array).fill(8)
    await buffers.write({ b: tensorOf('int64', [5, 7]) })
    expect(await buffers.read()).toEqual({
      a: tensorOf('float32', [1, 2]),
      b: tensorOf('int64', [5, 7]),
    })
  })

  it('say which name is not among them', async () => {
    const buffers = await runtime.createBuffers()
    await expect(buffers.read(['weight'])).rejects.toThrow('runtime: there is no buffer "weight"')
    await buffers.close()
    await expect(buffers.read()).rejects.toThrow('runtime: these buffers were closed already')
  })

  it('are what a program reads where it is not fed', async () => {
    const buffers = await runtime.createBuffers({ weight: tensorOf('float32', [3, 5]) })
    const [x, weight] = [input('x', float(2)), input('weight', float(2))]
    const program = await runtime.createProgram(createGraph({ y: mul(x, weight) }), { buffers })
    const x12 = tensorOf('float32', [1, 2])
    expect(numbers(await program.run({ x: x12 }), 'y')).toEqual([3, 10])
    const fed = { x: x12, weight: tensorOf('float32', [1, 1]) }
    expect(numbers(await program.run(fed), 'y')).toEqual([1, 2])
    await buffers.write({ weight: tensorOf('float32', [0, 1]) })
    expect(numbers(await program.run({ x: x12 }), 'y')).toEqual([0, 2])
  })
})

describe('updates', () => {
  /** weight ← weight - share · (weight @ weight), whose second term reads every element. */
  const step = () => {
    const weight = input('weight', float(3, 3))
    const share = input('share', float())
    const next = sub(weight, mul(matmul(weight, weight), share))
    return { 'next weight': next, total: sum(next) }
  }
  const start = tensorOf('float32', [1, 2, 3, -1, 0, 1, 2, 2, -2], [3, 3])
  const share = tensorOf('float32', [0.125], [])

  it('take the place of their buffer, bit for bit what separate buffers give', async () => {
    const buffers = await runtime.createBuffers({ weight: start })
    const graph = createGraph(step())
    const inPlace = await runtime.createProgram(graph, {
      buffers,
      updates: { 'next weight': 'weight' },
    })
    const apart = await runtime.createProgram(graph)
    let weight: Tensor = start
    for (let count = 0; count < 5; count++) {
      const { total } = await inPlace.run({ share })
      const expected = await apart.run({ weight, share })
      weight = expected['next weight']!
      expect(total).toEqual(expected.total)
      expect(await buffers.read()).toEqual({ weight })
    }
  })

  it('are not among the results', async () => {
    const buffers = await runtime.createBuffers({ weight: start })
    const program = await runtime.createProgram(createGraph(step()), {
      buffers,
      updates: { 'next weight': 'weight' },
    })
    expect(Object.keys(await program.run({ share }))).toEqual(['total'])
  })

  it('are seen by other programs on the same buffers', async () => {
    const buffers = await runtime.createBuffers({ count: tensorOf('float32', [0], []) })
    const count = input('count', float())
    const grow = await runtime.createProgram(createGraph({ next: add(count, 1) }), {
      buffers,
      updates: { next: 'count' },
    })
    const look = await runtime.createProgram(createGraph({ seen: mul(count, 10) }), { buffers })
    await grow.run({})
    await grow.run({})
    expect(numbers(await look.run({}), 'seen')).toEqual([20])
  })
})

describe('appends', () => {
  it('write a result into a part of a buffer, along any axis', async () => {
    const zeros = (...shape: number[]) =>
      tensorOf('float32', new Float32Array(shape.reduce((a, b) => a * b)), shape)
    const buffers = await runtime.createBuffers({ cache: zeros(2, 4, 2), rows: zeros(3, 2) })
    const x = input('x', float(2, 1, 2))
    const outputs = { 'new cache': x, 'new rows': reshape(x, { shape: [2, 2] }) }
    const program = await runtime.createProgram(createGraph(outputs), {
      buffers,
      appends: {
        'new cache': { buffer: 'cache', axis: 1 },
        'new rows': { buffer: 'rows', axis: 0 },
      },
    })
    const run = (values: number[], position: number) =>
      program.run({ x: tensorOf('float32', values, [2, 1, 2]) }, { position })
    expect(await run([1, 2, 3, 4], 0)).toEqual({})
    await run([5, 6, 7, 8], 1)
    const { cache, rows } = await buffers.read()
    expect(numbersOf(cache!)).toEqual([1, 2, 5, 6, 0, 0, 0, 0, 3, 4, 7, 8, 0, 0, 0, 0])
    expect(numbersOf(rows!)).toEqual([1, 2, 5, 6, 7, 8])
    await expect(run([0, 0, 0, 0], 2)).rejects.toThrow(
      'run: position 2 and 2 more do not fit into float32[3, 2]',
    )
  })

  it('write rows as columns, and make room for more', async () => {
    const cache = tensorOf('float32', new Float32Array(8), [2, 2, 2])
    const buffers = await runtime.createBuffers({ cache })
    const program = await runtime.createProgram(
      createGraph({ fresh: input('x', float(2, 2, 2)) }),
      { buffers, appends: { fresh: { buffer: 'cache', axis: 2, step: 4, transposed: true } } },
    )
    const run = (values: number[], position: number) =>
      program.run({ x: tensorOf('float32', values, [2, 2, 2]) }, { position })
    await run([1, 2, 3, 4, 5, 6, 7, 8], 0)
    await run([9, 10, 11, 12, 13, 14, 15, 16], 2)
    const { cache: grown } = await buffers.read()
    expect(grown!.shape).toEqual([2, 2, 4])
    expect(numbersOf(grown!)).toEqual([1, 3, 9, 11, 2, 4, 10, 12, 5, 7, 13, 15, 6, 8, 14, 16])
  })

  it('grow what the next run reads', async () => {
    const buffers = await runtime.createBuffers({ cache: tensorOf('float32', [0, 0, 0]) })
    const [x, cache] = [input('x', float(1)), input('cache', float(3))]
    const program = await runtime.createProgram(
      createGraph({ fresh: concat(x, { axis: 0 }), total: sum(cache) }),
      { buffers, appends: { fresh: { buffer: 'cache', axis: 0 } } },
    )
    const totals: number[] = []
    for (const [position, value] of [2, 3, 5].entries()) {
      const results = await program.run({ x: tensorOf('float32', [value]) }, { position })
      totals.push(...numbers(results, 'total'))
    }
    expect(totals).toEqual([0, 2, 5])
  })
})

describe('closing', () => {
  it('closes every program and all buffers', async () => {
    const own = createInlineRuntime({ threads: 1 })
    const buffers = await own.createBuffers({ x: tensorOf('float32', [1], []) })
    const program = await own.createProgram(createGraph({ y: add(input('x', float()), 1) }), {
      buffers,
    })
    await own.close()
    await expect(program.run({})).rejects.toThrow('closed already')
    await expect(buffers.read()).rejects.toThrow('closed already')
  })
})
