import { describe, expect, test } from 'vitest'
import { checkLayer } from '../../../test/support/check-layer.js'
import { compute, randomParameters } from '../../../test/support/compute.js'
import { expectClose } from '../../../test/support/expect-close.js'
import { multiply } from '../../../test/support/reference-attention.js'
import { rowsOf } from '../../../test/support/rows.js'
import { input } from '../../engine/graph/graph.js'
import { causalMask } from '../../engine/operations/index.js'
import { numbersOf, tensorOf } from '../../engine/tensor/tensor.js'
import { createInlineRuntime } from '../../platform/node/runtime.js'
import { countParameters, listParameters, parameterInputs } from '../parameters.js'
import { scoreIds, transformer } from './transformer.js'

const runtime = createInlineRuntime({ threads: 1 })
const options = { vocabularySize: 10, width: 8, depth: 2, heads: 2 }
const ids = tensorOf('int32', [1, 5, 5, 9, 0, 3])
const idsInput = () => input('ids', { dtype: 'int32', shape: [6] })
const context = () => ({ batch: 2, mask: causalMask({ queries: 3, keys: 3 }) })
const whole = { start: 0, end: 10 }

const blockNames = (layer: number) =>
  [
    'attentionNorm.scale',
    'attention.input',
    'attention.queryScale',
    'attention.keyScale',
    'attention.output',
    'mlpNorm.scale',
    'mlp.input',
    'mlp.output',
  ].map((name) => `layers.${layer}.${name}`)

describe.each([
  { hasTiedHead: false, head: ['head.0'] },
  { hasTiedHead: true, head: [] },
])('a transformer with hasTiedHead: $hasTiedHead', ({ hasTiedHead, head }) => {
  const model = transformer({ ...options, hasTiedHead })

  test('keeps the promises of a layer, scores included', async () => {
    await checkLayer(runtime, {
      parameters: model.parameters,
      apply: (values) => scoreIds(values, model.apply(values, { ids: idsInput() }, context), whole),
      feeds: { ids },
      names: ['embedding', ...blockNames(0), ...blockNames(1), 'norm.scale', ...head],
      shape: [6, 10],
    })
  })

  test('scores are products with the rows of the head, of a range those of its rows', async () => {
    const { values } = parameterInputs(model.parameters)
    const states = model.apply(values, { ids: idsInput() }, context)
    const tensors = randomParameters(model.parameters)
    const found = await compute(
      runtime,
      {
        states,
        scores: scoreIds(values, states, whole),
        range: scoreIds(values, states, { start: 3, end: 7 }),
      },
      { ids, ...tensors },
    )
    const table = rowsOf(tensors[hasTiedHead ? 'embedding' : 'head.0']!)
    const columns = table[0]!.map((_, column) => table.map((row) => row[column]!))
    const expected = multiply(rowsOf(found.states!), columns)
    expectClose(numbersOf(found.scores!), expected.flat())
    expectClose(
      numbersOf(found.range!),
      expected.flatMap((row) => row.slice(3, 7)),
    )
  })
})

test('a tied head costs no parameters', () => {
  const sizeOf = (hasTiedHead: boolean) =>
    countParameters(transformer({ ...options, hasTiedHead }).parameters)
  expect(sizeOf(false) - sizeOf(true)).toBe(10 * 8)
})

test('learned places are added to what ids mean', async () => {
  const model = transformer({ ...options, depth: 0, places: 4 })
  const rows = tensorOf('int32', [0, 3, 1, 1, 2, 0])
  const { values } = parameterInputs(model.parameters)
  const placed = model.apply(values, { ids: idsInput(), places: input('rows', rows) }, context)
  const tensors = randomParameters(model.parameters)
  const { found } = await compute(runtime, { found: placed }, { ids, rows, ...tensors })
  const [words, places, scale] = [
    rowsOf(tensors.embedding!),
    rowsOf(tensors['places.0']!),
    numbersOf(tensors['norm.scale']!),
  ]
  const expected = numbersOf(ids).map((id, token) => {
    const sum = words[id]!.map((word, column) => word + places[numbersOf(rows)[token]!]![column]!)
    const size = Math.sqrt(sum.reduce((total, x) => total + x * x, 0) / sum.length + 1e-6)
    return sum.map((x, column) => (x / size) * scale[column]!)
  })
  expectClose(numbersOf(found!), expected.flat(), { absolute: 1e-5 })
})

test('every layer may be told something else', () => {
  const asked: number[] = []
  const model = transformer({ ...options, depth: 3 })
  model.apply(parameterInputs(model.parameters).values, { ids: idsInput() }, (layer) => {
    asked.push(layer)
    return context()
  })
  expect(asked).toEqual([0, 1, 2])
  expect([...listParameters(model.parameters).keys()]).toContain('layers.2.mlp.output')
})

describe('a transformer whose states pass a layer on their way to the head', () => {
  const model = transformer({
    ...options,
    hasTiedHead: true,
    hasHeadTransform: true,
    norm: 'layer',
    activation: 'gelu-tanh',
  })

  test('keeps the promises of a layer, scores included', async () => {
    const names = [...listParameters(model.parameters).keys()]
    expect(names.slice(-5)).toEqual([
      'transform.0.weight',
      'transform.0.bias',
      'transform.0.norm.scale',
      'transform.0.norm.bias',
      'headBias.0',
    ])
    await checkLayer(runtime, {
      parameters: model.parameters,
      apply: (values) =>
        model.score(values, model.apply(values, { ids: idsInput() }, context), whole),
      feeds: { ids },
      names,
      shape: [6, 10],
    })
  })

  test('scores a range as it scores all', async () => {
    const { values } = parameterInputs(model.parameters)
    const states = model.apply(values, { ids: idsInput() }, context)
    const found = await compute(
      runtime,
      {
        all: model.score(values, states, whole),
        range: model.score(values, states, { start: 3, end: 7 }),
      },
      { ids, ...randomParameters(model.parameters) },
    )
    const expected = rowsOf(found.all!).map((row) => row.slice(3, 7))
    expectClose(numbersOf(found.range!), expected.flat())
  })
})
