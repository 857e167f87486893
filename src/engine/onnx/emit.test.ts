import { afterAll, describe, expect, it } from 'vitest'
import { readFields } from '../../../test/support/onnx/read-fields.js'
import { createInlineRuntime } from '../../platform/node/runtime.js'
import { gradients } from '../autodiff/gradient.js'
import { standInsFor } from '../graph/free-dimension.js'
import { constant, createGraph, type Graph, input, trace } from '../graph/graph.js'
import type { Value } from '../graph/value.js'
import {
  add,
  attention,
  div,
  exp,
  expand,
  layerNormalization,
  matmul,
  mul,
  neg,
  relu,
  reshape,
  slice,
  sum,
} from '../operations/index.js'
import { createRandom } from '../tensor/random.js'
import { numbersOf, type Tensor, type TensorType, tensorOf } from '../tensor/tensor.js'
import { emitOnnx } from './emit.js'

const runtime = createInlineRuntime({ threads: 1 })
afterAll(() => runtime.close())

const float = (...shape: number[]): TensorType => ({ dtype: 'float32', shape })

const run = async (
  outputs: Record<string, Value>,
  feeds: Record<string, Tensor>,
): Promise<Record<string, number[]>> => {
  const program = await runtime.createProgram(createGraph(outputs))
  const results = await program.run(feeds)
  await program.close()
  return Object.fromEntries(
    Object.entries(results).map(([name, tensor]) => [name, numbersOf(tensor)]),
  )
}

const text = new TextDecoder()
const fieldsOf = (message: Uint8Array, wanted: number): Uint8Array[] =>
  Array.from(readFields(message)).flatMap(({ field, kind, value }) =>
    field === wanted && kind === 'bytes' ? [value] : [],
  )

/** The operator and names of each node of an emitted model, by the field numbers of onnx.proto. */
const nodesOf = (graph: Graph) => {
  const [body] = fieldsOf(emitOnnx(graph), 7)
  return fieldsOf(body!, 1).map((node) => ({
    type: text.decode(fieldsOf(node, 4)[0]),
    inputs: fieldsOf(node, 1).map((name) => text.decode(name)),
    outputs: fieldsOf(node, 2).map((name) => text.decode(name)),
  }))
}

const typesOf = (graph: Graph) => nodesOf(graph).map(({ type }) => type)

const initializersOf = (graph: Graph) => {
  const [body] = fieldsOf(emitOnnx(graph), 7)
  return fieldsOf(body!, 5).map((tensor) => text.decode(fieldsOf(tensor, 8)[0]))
}

describe('what is the same', () => {
  it('is computed once', () => {
    const graph = trace({ x: float(2, 3), w: float(3, 5) }, ({ x, w }) => ({
      y: add(exp(matmul(x, w)), neg(exp(matmul(x, w)))),
    }))
    expect(typesOf(graph)).toEqual(['MatMul', 'Exp', 'Neg', 'Add'])
  })

  it('is computed once by attention and its gradient', () => {
    const heads = float(1, 2, 3, 4)
    const graph = trace({ q: heads, k: heads, v: heads }, ({ q, k, v }) => {
      const attended = attention(q, k, v, { isCausal: true })
      const slopes = gradients(sum(mul(attended, attended)), [q, k, v])
      return { attended, dq: slopes[0]!, dk: slopes[1]!, dv: slopes[2]! }
    })
    expect(typesOf(graph).filter((type) => type === 'Softmax')).toHaveLength(1)
  })

  it('is not what differs in an attribute, an input or their order', () => {
    const graph = trace({ x: float(4), y: float(4) }, ({ x, y }) => ({
      a: add(slice(x, { axis: 0, start: 1 }), slice(x, { axis: 0, end: 3 })),
      b: add(div(x, y), div(y, x)),
    }))
    expect(typesOf(graph)).toEqual(['Slice', 'Slice', 'Add', 'Div', 'Div', 'Add'])
  })

  it('is one constant, whichever tensor holds it', () => {
    const graph = trace({ x: float(2) }, ({ x }) => ({
      y: mul(add(x, 3), constant(tensorOf('float32', [3], []))),
      z: mul(x, constant(tensorOf('float32', [3], [1]))),
    }))
    expect(initializersOf(graph)).toHaveLength(2)
  })

  it('is not zero and minus zero', async () => {
    const x = input('x', float())
    const feeds = { x: tensorOf('float32', [1], []) }
    expect(await run({ above: div(x, 0), below: div(x, -0) }, feeds)).toEqual({
      above: [Infinity],
      below: [-Infinity],
    })
  })
})

describe('names', () => {
  it('of inputs and outputs may be those that the emitter would choose', async () => {
    const [x, y] = [input('Exp_0', float()), input('constant_0', float())]
    const outputs = { Add_1: add(exp(x), y), Exp_0_: mul(exp(y), 2) }
    const found = await run(outputs, {
      Exp_0: tensorOf('float32', [0], []),
      constant_0: tensorOf('float32', [1], []),
    })
    expect(found.Add_1).toEqual([2])
    expect(found.Exp_0_![0]).toBeCloseTo(2 * Math.E, 5)
  })

  it('of inputs may hold any characters', async () => {
    const [a, b] = [input('a|b', float()), input('layers.0/宽 "x"', float())]
    const found = await run(
      { sum: add(exp(a), exp(b)) },
      { 'a|b': tensorOf('float32', [0], []), 'layers.0/宽 "x"': tensorOf('float32', [0], []) },
    )
    expect(found).toEqual({ sum: [2] })
  })

  it('of outputs may share a value, be an input or be a constant', async () => {
    const x = input('x', float(2))
    const y = relu(x)
    const two = constant(tensorOf('float32', [2, 2]))
    const found = await run({ y, again: y, passed: x, two }, { x: tensorOf('float32', [-1, 3]) })
    expect(found).toEqual({ y: [0, 3], again: [0, 3], passed: [-1, 3], two: [2, 2] })
  })

  it('of an output that others read stay the same for them', () => {
    const graph = trace({ x: float(2) }, ({ x }) => {
      const middle = exp(x)
      return { last: relu(middle), middle }
    })
    expect(nodesOf(graph)).toEqual([
      { type: 'Exp', inputs: ['x'], outputs: ['middle'] },
      { type: 'Relu', inputs: ['middle'], outputs: ['last'] },
    ])
  })
})

describe('nodes with several results', () => {
  it('are emitted once, whichever of them is used', async () => {
    const [x, scale] = [input('x', float(2, 4)), input('scale', float(4))]
    const [, center] = layerNormalization(x, scale, scale)
    const found = await run(
      { center },
      {
        x: tensorOf('float32', [1, 2, 3, 6, 0, 0, 0, 4], [2, 4]),
        scale: tensorOf('float32', [1, 1, 1, 1]),
      },
    )
    expect(found).toEqual({ center: [3, 1] })
  })
})

describe('free sizes', () => {
  const [batch, time] = standInsFor([], 2) as [number, number]
  const x = input('x', float(batch, time, 3))
  const rows = reshape(mul(x, 2), { shape: [-1, 3] })
  const outputs = {
    rows,
    sums: sum(reshape(rows, { shape: [batch, 1, 3 * time] }), { axes: [2] }),
    start: slice(x, { axis: 1, end: 1 }),
  }
  const dimensions = [
    { name: 'batch', standIn: batch, input: 'x', axis: 0 },
    { name: 'time', standIn: time, input: 'x', axis: 1 },
  ]

  it('are those of the feeds, at every run', async () => {
    const program = await runtime.createProgram(createGraph(outputs), { dimensions })
    for (const shape of [
      [2, 2, 3],
      [1, 5, 3],
      [4, 1, 3],
    ]) {
      const [texts, length] = shape as [number, number, number]
      const values = Array.from({ length: texts * length * 3 }, (_, place) => place)
      const found = await program.run({ x: tensorOf('float32', values, shape) })
      expect(found.rows!.shape).toEqual([texts * length, 3])
      expect(numbersOf(found.rows!)).toEqual(values.map((value) => 2 * value))
      expect(found.start!.shape).toEqual([texts, 1, 3])
      const size = 3 * length
      const sums = Array.from({ length: texts }, (_, text) =>
        values.slice(text * size, (text + 1) * size).reduce((total, value) => total + 2 * value, 0),
      )
      expect(numbersOf(found.sums!)).toEqual(sums)
    }
    await program.close()
  })

  it('are named in the model, also where they are part of a product', () => {
    const model = emitOnnx(createGraph(outputs), { dimensions })
    const [body] = fieldsOf(model, 7)
    /** ValueInfoProto: type, tensor type, shape, dimensions by name or value. */
    const shapesOf = (field: number) =>
      fieldsOf(body!, field).map((info) => {
        const [type] = fieldsOf(info, 2)
        const [tensor] = fieldsOf(type!, 1)
        const [shape] = fieldsOf(tensor!, 2)
        return fieldsOf(shape!, 1).map((size) => fieldsOf(size, 2).map((name) => text.decode(name)))
      })
    expect(shapesOf(11)).toEqual([[['batch'], ['time'], []]])
    expect(shapesOf(12)).toEqual([
      [['batch * time'], []],
      [['batch'], []],
      [['batch'], [], []],
    ])
  })

  it('have to come from an input that the graph reads', () => {
    const missing = { name: 'time', standIn: time, input: 'y', axis: 0 }
    expect(() => emitOnnx(createGraph(outputs), { dimensions: [missing] })).toThrow(
      'emit: the size time comes from y, which the graph does not read',
    )
  })
})

describe('a model', () => {
  it('computes with every dtype that its inputs may have', async () => {
    const feeds = {
      bytes: tensorOf('uint8', [200, 100]),
      small: tensorOf('int8', [-1, 2]),
      flags: tensorOf('bool', [1, 0]),
      whole: tensorOf('int64', [2 ** 40, -1]),
      unsigned: tensorOf('uint32', [4_000_000_000, 1]),
      exact: tensorOf('float64', [0.1, 1e300]),
    }
    const outputs = Object.fromEntries(
      Object.entries(feeds).map(([name, type]) => [
        `${name} twice`,
        expand(input(name, type), { shape: [2, 2] }),
      ]),
    )
    const found = await run(outputs, feeds)
    for (const [name, tensor] of Object.entries(feeds)) {
      const numbers = numbersOf(tensor)
      expect(found[`${name} twice`]).toEqual([...numbers, ...numbers])
    }
  })

  it('holds constants of any size', async () => {
    const large = tensorOf('float32', new Float32Array(100_000).fill(0.5))
    const x = input('x', float())
    expect(
      await run({ y: mul(sum(constant(large)), x) }, { x: tensorOf('float32', [2], []) }),
    ).toEqual({ y: [100_000] })
  })
})

describe('a large product whose first operand is transposed', () => {
  const [shared, rows, columns] = [419, 401, 409]
  const random = createRandom(1, 'large product')
  const numbersFor = (count: number) => Array.from({ length: count }, () => random.normal())
  const a = numbersFor(shared * rows)
  const b = numbersFor(shared * columns)
  const productIn = (dtype: 'float32' | 'float64') => {
    const tensors = {
      a: tensorOf(dtype, a, [shared, rows]),
      b: tensorOf(dtype, b, [shared, columns]),
    }
    const product = matmul(input('a', tensors.a), input('b', tensors.b), {
      transposeA: true,
      scale: 0.5,
    })
    return { product, tensors }
  }

  it('is transposed by itself', () => {
    expect(typesOf(createGraph({ y: productIn('float32').product }))).toEqual([
      'Transpose',
      'Reshape',
      'FusedMatMul',
      'Reshape',
    ])
  })

  it('is the same as in float64', async () => {
    const [exact, found] = await Promise.all(
      (['float64', 'float32'] as const).map(async (dtype) => {
        const { product, tensors } = productIn(dtype)
        return (await run({ y: product }, tensors)).y!
      }),
    )
    const largest = exact!.reduce((most, value, place) => {
      return Math.max(most, Math.abs(value - found![place]!))
    }, 0)
    expect(largest).toBeLessThan(1e-4)
  })
})
