import { describe, expect, it } from 'vitest'
import { gradients } from '../autodiff/gradient.js'
import {
  add,
  concat,
  conv,
  exp,
  matmul,
  mean,
  mul,
  relu,
  split,
  squaredRelu,
  sub,
} from '../operations/index.js'
import { type TensorType, tensorOf } from '../tensor/tensor.js'
import {
  constant,
  constantOf,
  createGraph,
  input,
  inputNameOf,
  printGraph,
  trace,
} from './graph.js'
import { withScope } from './scope.js'
import { nodesInOrder } from './value.js'

const float = (...shape: number[]): TensorType => ({ dtype: 'float32', shape })

describe('tracing', () => {
  it('runs a function on named inputs and finds what it computes', () => {
    const graph = trace({ x: float(2, 3), y: float(3) }, ({ x, y }) => ({ sum: add(x, y) }))
    expect(Object.keys(graph.inputs)).toEqual(['x', 'y'])
    expect(graph.outputs.sum!.type).toEqual(float(2, 3))
    expect(graph.nodes.map(({ operation }) => operation.name)).toEqual(['input', 'input', 'add'])
  })

  it('leaves out inputs and branches that no output needs', () => {
    const graph = trace({ x: float(2), unused: float(2) }, ({ x, unused }) => {
      exp(unused)
      relu(x)
      return { y: exp(x) }
    })
    expect(printGraph(graph)).not.toMatch(/unused|relu/)
  })

  it('refuses two inputs of one name', () => {
    const sum = add(input('x', float(2)), input('x', float(2)))
    expect(() => createGraph({ sum })).toThrow(
      'graph: two inputs are named x; give each its own name',
    )
  })

  it('refuses an output with the name of an input', () => {
    expect(() => trace({ x: float(2) }, ({ x }) => ({ x: exp(x) }))).toThrow(
      'graph: an input and an output are named x; rename one of them',
    )
  })

  it('takes any name, those of built-in properties too', () => {
    const graph = trace({ constructor: float(2) }, (inputs) => ({
      toString: exp(inputs.constructor),
    }))
    expect(Object.keys(graph.inputs)).toEqual(['constructor'])
  })
})

describe('nodes', () => {
  it('come after the nodes that they read, each once', () => {
    const x = input('x', float(2))
    const shared = exp(x)
    const last = mul(add(shared, x), sub(shared, shared))
    const order = nodesInOrder([last, shared])
    expect(order).toHaveLength(5)
    for (const [index, node] of order.entries()) {
      for (const { node: producer } of node.inputs) {
        expect(order.indexOf(producer)).toBeLessThan(index)
      }
    }
  })

  it('may form chains deeper than the call stack', () => {
    let value = input('x', float())
    for (let depth = 0; depth < 50_000; depth++) value = relu(value)
    expect(nodesInOrder([value])).toHaveLength(50_001)
  })

  it('know their place in the model', () => {
    const place = withScope('layers.3', () =>
      withScope('attention', () => exp(input('x', float()))),
    )
    expect(place.node.scope).toBe('layers.3.attention')
    expect(exp(input('x', float())).node.scope).toBe('')
  })

  it('are outside of a scope again after an error inside of it', () => {
    const fail = () =>
      withScope('broken', () => {
        throw new Error('on purpose')
      })
    expect(fail).toThrow('on purpose')
    expect(exp(input('x', float())).node.scope).toBe('')
  })
})

describe('leaves', () => {
  it('are told apart from what is computed', () => {
    const tensor = tensorOf('float32', [1, 2])
    const [x, two] = [input('x', float(2)), constant(tensor)]
    expect([inputNameOf(x), inputNameOf(two), inputNameOf(exp(x))]).toEqual([
      'x',
      undefined,
      undefined,
    ])
    expect([constantOf(x), constantOf(two)]).toEqual([undefined, tensor])
  })
})

describe('numbers among the operands', () => {
  it('become scalars of the other operand’s dtype', () => {
    const doubled = mul(2, input('x', { dtype: 'float64', shape: [3] }))
    expect(doubled.type).toEqual({ dtype: 'float64', shape: [3] })
    expect(constantOf(doubled.node.inputs[0]!)).toEqual(tensorOf('float64', [2], []))
  })
})

describe('an error', () => {
  it('names the operation, both shapes and what to do', () => {
    expect(() => matmul(input('x', float(8, 64)), input('w', float(32, 64)))).toThrow(
      'matmul: the inner sizes differ: [8, 64] × [32, 64]. The second operand should start with ' +
        '64; transpose it?',
    )
  })

  it('names the place in the model', () => {
    const apply = () =>
      withScope('layers.3', () =>
        withScope('attention', () => add(input('x', float(2)), input('y', float(3)))),
      )
    expect(apply).toThrow(
      /^add: the shapes do not broadcast.*\n {2}while applying layers\.3\.attention$/,
    )
  })

  it('names dtypes that differ', () => {
    const ids = input('ids', { dtype: 'int32', shape: [2] })
    expect(() => add(input('x', float(2)), ids)).toThrow(
      "add: the operands' dtypes differ: float32[2] and int32[2]; cast one of them",
    )
  })

  it('names what a window does not fit into', () => {
    expect(() => conv(input('x', float(1, 1, 3, 3)), input('w', float(1, 1, 5, 1)))).toThrow(
      'conv: a window that reaches over 5 does not fit into 3 rows, padding included',
    )
  })
})

describe('printing', () => {
  it('shows a small training step, one node a line', () => {
    const graph = trace({ x: float(3, 5), weight: float(5, 7) }, ({ x, weight }) => {
      const hidden = withScope('mlp', () => squaredRelu(matmul(x, weight)))
      const loss = mean(hidden)
      const [gradient] = gradients(loss, [weight])
      return { loss, 'next weight': sub(weight, mul(gradient!, 0.1)) }
    })
    expect(printGraph(graph)).toMatchInlineSnapshot(`
      "input %x: float32[3, 5]
      input %weight: float32[5, 7]
      %2: float32[3, 7] = matmul(%x, %weight)  # mlp
      %3: float32[3, 7] = squaredRelu(%2)  # mlp
      %4: float32[] = mean(%3)
      %5 = constant float32[] {1}
      %6 = constant float32[] {0.04761905}
      %7: float32[] = mul(%5, %6)  # gradient
      %8: float32[1, 1] = reshape(%7) {shape: [1, 1]}  # gradient
      %9: float32[3, 7] = expand(%8) {shape: [3, 7]}  # gradient
      %10 = constant float32[] {2}
      %11: float32[3, 7] = mul(%9, %10)  # mlp.gradient
      %12: float32[3, 7] = relu(%2)  # mlp.gradient
      %13: float32[3, 7] = mul(%11, %12)  # mlp.gradient
      %14: float32[5, 7] = matmul(%x, %13) {transposeA: true, scale: 1}  # mlp.gradient
      %15 = constant float32[] {0.1}
      %16: float32[5, 7] = mul(%14, %15)
      %17: float32[5, 7] = sub(%weight, %16)
      output loss = %4
      output next weight = %17"
    `)
  })

  it('shows nodes with several results, lists of axes and large constants', () => {
    const table = constant(tensorOf('int32', [1, 2, 3, 4, 5]))
    const graph = trace({ x: float(5, 2) }, ({ x }) => {
      const [first, second] = split(x, { axis: 0, sizes: [2, 3] })
      return { joined: concat(second!, first!, { axis: 0 }), table }
    })
    expect(printGraph(graph)).toMatchInlineSnapshot(`
      "input %x: float32[5, 2]
      %1: float32[2, 2], %2: float32[3, 2] = split(%x) {axis: 0, sizes: [2, 3]}
      %3: float32[5, 2] = concat(%2, %1) {axis: 0}
      %4 = constant int32[5]
      output joined = %3
      output table = %4"
    `)
  })
})
