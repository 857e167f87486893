import { describe, expect, test } from 'vitest'
import { checkLayer } from '../../../test/support/check-layer.js'
import { compute, randomParameters } from '../../../test/support/compute.js'
import { expectClose } from '../../../test/support/expect-close.js'
import { multiply, normalize } from '../../../test/support/reference-attention.js'
import { randomRows, rowsOf } from '../../../test/support/rows.js'
import { input } from '../../engine/graph/graph.js'
import type { Value } from '../../engine/graph/value.js'
import { causalMask, mul } from '../../engine/operations/index.js'
import { numbersOf } from '../../engine/tensor/tensor.js'
import { createInlineRuntime } from '../../platform/node/runtime.js'
import { initializeParameters, type ParameterTree, parameterInputs } from '../parameters.js'
import { affine, block, type Layer, linear, mlp, norm } from './index.js'

const runtime = createInlineRuntime({ threads: 1 })
const x = randomRows([6, 8])
const xInput = () => input('x', { dtype: 'float32', shape: [6, 8] })

/** The output of a layer with random parameters, and those parameters. */
const applied = async <Tree>(layer: Layer<Tree, [x: Value], Value>) => {
  const parameters = randomParameters(layer.parameters as ParameterTree)
  const output = layer.apply(parameterInputs(layer.parameters).values, xInput())
  const found = await compute(runtime, { output }, { x, ...parameters })
  return { found: numbersOf(found.output!), rows: rowsOf(found.output!), parameters }
}

describe('every layer keeps its promises', () => {
  const check = <Tree>(
    layer: Layer<Tree, [x: Value], Value>,
    names: readonly string[],
    shape: readonly number[],
  ) => {
    const { parameters, apply } = layer
    return checkLayer(runtime, {
      parameters,
      apply: (values) => apply(values, xInput()),
      feeds: { x },
      names,
      shape,
    })
  }

  test('linear', () => check(linear({ inputs: 8, outputs: 3 }), ['weight'], [6, 3]))

  test('affine', () => check(affine({ inputs: 8, outputs: 3 }), ['weight', 'bias'], [6, 3]))

  test('a norm', () => check(norm({ width: 8 }), ['scale'], [6, 8]))

  test('a centred norm', () => check(norm({ width: 8, norm: 'layer' }), ['scale', 'bias'], [6, 8]))

  test('the position-wise layer', () => check(mlp({ width: 8 }), ['input', 'output'], [6, 8]))

  test('its gated form', () =>
    check(mlp({ width: 8, activation: 'swiglu', hidden: 12 }), ['input', 'output'], [6, 8]))

  test('a block', async () => {
    const { parameters, apply } = block({ width: 8, heads: 2 })
    await checkLayer(runtime, {
      parameters,
      apply: (values) =>
        apply(values, xInput(), { batch: 2, mask: causalMask({ queries: 3, keys: 3 }) }),
      feeds: { x },
      names: [
        'attentionNorm.scale',
        'attention.input',
        'attention.queryScale',
        'attention.keyScale',
        'attention.output',
        'mlpNorm.scale',
        'mlp.input',
        'mlp.output',
      ],
      shape: [6, 8],
    })
  })

  test('a block with biases, centred norms after the residuals and wider heads', async () => {
    const { parameters, apply } = block({
      width: 8,
      heads: 2,
      headWidth: 6,
      hasQueryKeyNorm: false,
      hasBias: true,
      isPostNorm: true,
      norm: 'layer',
      activation: 'gelu',
    })
    await checkLayer(runtime, {
      parameters,
      apply: (values) => apply(values, xInput(), { batch: 2 }),
      feeds: { x },
      names: [
        'attentionNorm.scale',
        'attentionNorm.bias',
        'attention.input',
        'attention.output',
        'attention.inputBias',
        'attention.outputBias',
        'mlpNorm.scale',
        'mlpNorm.bias',
        'mlp.input',
        'mlp.output',
        'mlp.inputBias',
        'mlp.outputBias',
      ],
      shape: [6, 8],
    })
  })

  test('a block that attends to a memory as well', async () => {
    const { parameters, apply } = block({ width: 8, heads: 2, keyValueHeads: 1, hasMemory: true })
    const states = randomRows([10, 8], 5)
    await checkLayer(runtime, {
      parameters,
      apply: (values) =>
        apply(values, xInput(), {
          batch: 2,
          mask: causalMask({ queries: 3, keys: 3 }),
          memory: { source: { states: input('states', states) } },
        }),
      feeds: { x, states },
      names: [
        'attentionNorm.scale',
        'attention.input',
        'attention.queryScale',
        'attention.keyScale',
        'attention.output',
        'memory.0.norm.scale',
        'memory.0.attention.query',
        'memory.0.attention.memory',
        'memory.0.attention.queryScale',
        'memory.0.attention.keyScale',
        'memory.0.attention.output',
        'mlpNorm.scale',
        'mlp.input',
        'mlp.output',
      ],
      shape: [6, 8],
    })
  })
})

test('a block without the memory that it attends to says so', () => {
  const { parameters, apply } = block({ width: 8, heads: 2, hasMemory: true })
  const { values } = parameterInputs(parameters)
  expect(() => apply(values, xInput(), { batch: 2 })).toThrow('none was given')
})

test('what is dropped of each layer never touches the residual', async () => {
  const { parameters, apply } = block({ width: 8, heads: 2 })
  const { values } = parameterInputs(parameters)
  const dropped = apply(values, xInput(), { batch: 2, drop: (x) => mul(x, 0) })
  const { output } = await compute(
    runtime,
    { output: dropped },
    { x, ...randomParameters(parameters) },
  )
  expect(rowsOf(output!)).toEqual(rowsOf(x))
})

test('affine is x W + b', async () => {
  const { found, parameters } = await applied(affine({ inputs: 8, outputs: 3 }))
  const bias = numbersOf(parameters.bias!)
  const product = multiply(rowsOf(x), rowsOf(parameters.weight!))
  expectClose(
    found,
    product.flatMap((row) => row.map((value, column) => value + bias[column]!)),
  )
})

test('a norm scales every row to unit size', async () => {
  const { found, parameters } = await applied(norm({ width: 8 }))
  const scale = numbersOf(parameters.scale!)
  expectClose(
    found,
    rowsOf(x).flatMap((row) => normalize(row, scale)),
  )
})

describe('the position-wise layer', () => {
  test('is squared ReLU between two matrices', async () => {
    const { found, parameters } = await applied(mlp({ width: 8 }))
    const inner = multiply(rowsOf(x), rowsOf(parameters.input!))
    const activated = inner.map((row) => row.map((value) => Math.max(0, value) ** 2))
    expectClose(found, multiply(activated, rowsOf(parameters.output!)).flat())
  })

  test('is gated as SwiGLU, gate first', async () => {
    const hidden = 12
    const layer = mlp({ width: 8, activation: 'swiglu', hidden })
    const { found, parameters } = await applied(layer)
    const inner = multiply(rowsOf(x), rowsOf(parameters.input!))
    const activated = inner.map((row) =>
      row
        .slice(0, hidden)
        .map((gate, index) => (gate / (1 + Math.exp(-gate))) * row[hidden + index]!),
    )
    expectClose(found, multiply(activated, rowsOf(parameters.output!)).flat())
  })

  test.each([96, 256, 512])('costs about the same in both forms at width %i', (width) => {
    const size = (options: Parameters<typeof mlp>[0]) => {
      const { input, output } = mlp(options).parameters
      return input.shape[0]! * input.shape[1]! + output.shape[0]! * output.shape[1]!
    }
    expect(size({ width, activation: 'swiglu' }) / size({ width })).toBeCloseTo(1, 1)
  })

  test('is never empty, however narrow', () => {
    expect(mlp({ width: 4, activation: 'swiglu' }).parameters.output.shape).toEqual([32, 4])
  })
})

test('a fresh block passes its input on', async () => {
  const layer = block({ width: 8, heads: 2 })
  const { values } = parameterInputs(layer.parameters)
  const output = layer.apply(values, xInput(), { batch: 2 })
  const fresh = initializeParameters(layer.parameters, { seed: 1 })
  const found = await compute(runtime, { output }, { x, ...fresh })
  expectClose(numbersOf(found.output!), numbersOf(x), { absolute: 0, relative: 0 })
})
