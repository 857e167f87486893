/**
 * Every gradient of the engine against central differences in float64, and float32 against float64.
 * Operations are found through their index: one without a case fails.
 */

import { describe, expect, it } from 'vitest'
import { input } from '../src/engine/graph/graph.js'
import type { GradientRule } from '../src/engine/graph/operation.js'
import { nodesInOrder, type Value } from '../src/engine/graph/value.js'
import {
  type Binary,
  defineOperation,
  type Primitive,
  type Unary,
} from '../src/engine/operations/define.js'
import * as operations from '../src/engine/operations/index.js'
import type { Vocabulary } from '../src/engine/operations/vocabulary.js'
import { createInlineRuntime } from '../src/platform/node/runtime.js'
import {
  type Computation,
  checkGradient,
  compareResults,
  differentiate,
  randomTensor,
  withPrecision,
} from './support/check-gradient.js'
import { operationCases } from './support/operation-cases/index.js'

const runtime = createInlineRuntime({ threads: 1 })

/** Composed operations whose results do not depend on a floating-point input. */
const withoutGradient = [
  'causalMask',
  'fill',
  'maxPoolIndices',
  'oneHot',
  'randomBits',
  'randomUniform',
]

const isPrimitive = (exported: unknown): exported is Primitive =>
  typeof exported === 'function' && 'operation' in exported

const differentiable = Object.entries(operations).flatMap(([name, exported]) => {
  const isConstant = isPrimitive(exported)
    ? exported.operation.gradient === 'none'
    : withoutGradient.includes(name)
  return isConstant ? [] : [name]
})

/** The nodes of a case's own outputs, without those of its gradients. */
const operationNames = (computation: Computation): string[] => {
  const { inputs, fixed, compute } = withPrecision(computation, 'float32')
  const values = Object.fromEntries(
    Object.entries({ ...inputs, ...fixed }).map(([name, type]) => [name, input(name, type)]),
  )
  const outputs = [compute(values)].flat() as Value[]
  return nodesInOrder(outputs).map(({ operation }) => operation.name)
}

describe('the cases', () => {
  it('cover every operation that has a gradient, and no other', () => {
    expect(Object.keys(operationCases).sort()).toEqual(differentiable.sort())
  })

  it('apply the operation that they are named after', () => {
    for (const [name, exported] of Object.entries(operations)) {
      if (!isPrimitive(exported)) continue
      for (const single of operationCases[name] ?? []) {
        expect(operationNames(single)).toContain(exported.operation.name)
      }
    }
  })
})

describe.each(Object.keys(operationCases))('the gradient of %s', (name) => {
  const cases = operationCases[name]!

  it('equals central differences in float64', async () => {
    for (const { reference, ...single } of cases) {
      await checkGradient(runtime, { ...single, compute: reference ?? single.compute })
    }
  })

  it('is the same in float32, and so is the result', async () => {
    for (const { reference, ...single } of cases) {
      const exact = { ...single, compute: reference ?? single.compute }
      compareResults(
        await differentiate(runtime, withPrecision(single, 'float32')),
        await differentiate(runtime, exact),
      )
    }
  })
})

describe('the check', () => {
  const wrongBinary = (gradient: GradientRule<object, Vocabulary>): Binary =>
    defineOperation({ ...operations.mul.operation, gradient })
  const wrongUnary = (right: Unary, gradient: GradientRule<object, Vocabulary>): Unary =>
    defineOperation({ ...right.operation, gradient })

  const mistakes: Record<string, { shapes: number[][]; compute: (a: Value, b: Value) => Value }> = {
    'a wrong factor': {
      shapes: [[3, 5]],
      compute: wrongUnary(operations.tanh, ({ output, upstream }, { mul, sub }) => [
        mul(upstream, sub(1, output)),
      ]),
    },
    'a factor that is almost right': {
      shapes: [[3, 5]],
      compute: wrongUnary(operations.sin, ({ inputs: [x], upstream }, { cos, mul }) => [
        mul(upstream, mul(cos(x!), 1.0001)),
      ]),
    },
    'a wrong sign of one input': {
      shapes: [
        [3, 5],
        [3, 5],
      ],
      compute: wrongBinary(({ inputs: [a, b], upstream }, { mul, neg }) => [
        mul(upstream, b!),
        neg(mul(upstream, a!)),
      ]),
    },
    'exchanged inputs': {
      shapes: [
        [3, 5],
        [3, 5],
      ],
      compute: wrongBinary(({ inputs: [a, b], upstream }, { mul }) => [
        mul(upstream, a!),
        mul(upstream, b!),
      ]),
    },
    'an input that is forgotten': {
      shapes: [
        [3, 5],
        [3, 5],
      ],
      compute: wrongBinary(({ inputs: [, b], upstream }, { mul }) => [
        mul(upstream, b!),
        undefined,
      ]),
    },
    'a missing term': {
      shapes: [[3, 5]],
      compute: (() => {
        const softmax: typeof operations.softmax = defineOperation({
          ...operations.softmax.operation,
          gradient: ({ output, upstream }, { mul }) => [mul(output, upstream)],
        })
        return (x) => softmax(x)
      })(),
    },
    'a sum over the wrong axis': {
      shapes: [[5, 5]],
      compute: (() => {
        const softmax: typeof operations.softmax = defineOperation({
          ...operations.softmax.operation,
          gradient: ({ output, upstream }, { mul, sub, sum }) => {
            const weighted = mul(output, upstream)
            return [sub(weighted, mul(output, sum(weighted, { axes: [0], keepAxes: true })))]
          },
        })
        return (x) => softmax(x)
      })(),
    },
    'a mean instead of the sum over repeated elements': {
      shapes: [[5], [3, 5]],
      compute: wrongBinary(({ inputs: [a, b], upstream }, { mean, mul }) => [
        mean(mul(upstream, b!), { axes: [0] }),
        mul(upstream, a!),
      ]),
    },
    'one element of the repeated ones': {
      shapes: [[5], [3, 5]],
      compute: wrongBinary(({ inputs: [a, b], upstream }, { mul, reshape, slice }) => [
        reshape(slice(mul(upstream, b!), { axis: 0, end: 1 }), { shape: [5] }),
        mul(upstream, a!),
      ]),
    },
    'a transposition that is left out': {
      shapes: [
        [5, 5],
        [5, 5],
      ],
      compute: (() => {
        const matmul: typeof operations.matmul = defineOperation({
          ...operations.matmul.operation,
          gradient: ({ inputs: [a, b], upstream }, { matmul }) => [
            matmul(upstream, b!),
            matmul(a!, upstream, { transposeA: true }),
          ],
        })
        return (a, b) => matmul(a, b)
      })(),
    },
  }

  it.each(Object.keys(mistakes))('finds %s', async (name) => {
    const { shapes, compute } = mistakes[name]!
    const [a, b] = shapes.map((shape, seed) => randomTensor(shape, { seed }))
    const check = checkGradient(runtime, {
      inputs: { a: a!, ...(b === undefined ? {} : { b }) },
      compute: (values) => compute(...(Object.values(values) as [Value, Value])),
    })
    await expect(check).rejects.toThrow(/gradient (of|reaches) [ab]/)
  })

  it('says which element differs and by how much', async () => {
    const doubled = wrongUnary(operations.neg, ({ upstream }, { mul }) => [mul(upstream, -2)])
    const check = checkGradient(runtime, {
      inputs: { x: randomTensor([2]) },
      compute: ({ x }) => doubled(x!),
    })
    await expect(check).rejects.toThrow(
      /^the gradient of x differs at element 0: -?[\d.]+ by the rule, -?[\d.]+ by central differences$/,
    )
  })
})
