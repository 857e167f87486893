import { expect, test } from 'vitest'
import { compute, randomParameters } from '../../../test/support/compute.js'
import { expectClose } from '../../../test/support/expect-close.js'
import { multiply } from '../../../test/support/reference-attention.js'
import { randomRows, rowsOf } from '../../../test/support/rows.js'
import { constant, input } from '../../engine/graph/graph.js'
import { numbersOf, tensorOf } from '../../engine/tensor/tensor.js'
import { createInlineRuntime } from '../../platform/node/runtime.js'
import { parameterInputs } from '../parameters.js'
import { crossAttention, unseen } from './index.js'

const runtime = createInlineRuntime({ threads: 1 })
const layer = crossAttention({ width: 4, heads: 1, hasQueryKeyNorm: false })
const { values } = parameterInputs(layer.parameters)
const [x, states] = [randomRows([3, 4], 1), randomRows([5, 4], 2)]
const tensors = randomParameters(layer.parameters, { deviation: 0.7 })
const [xInput, statesInput] = [input('x', x), input('states', states)]

test('is softmax(Q Kᵀ / √width) V with keys and values of the memory', async () => {
  const output = layer.apply(values, xInput, {
    batch: 1,
    memory: { source: { states: statesInput } },
  })
  const found = await compute(runtime, { output }, { x, states, ...tensors })
  const [query, memory, last] = [tensors.query!, tensors.memory!, tensors.output!].map(rowsOf)
  const queries = multiply(rowsOf(x), query!)
  const both = multiply(rowsOf(states), memory!)
  const [keys, contents] = [both.map((row) => row.slice(0, 4)), both.map((row) => row.slice(4))]
  const attended = queries.map((row) => {
    const scores = keys.map((key) => key.reduce((sum, k, i) => sum + k * row[i]!, 0) / 2)
    const weights = scores.map(Math.exp)
    const total = weights.reduce((sum, weight) => sum + weight)
    return [0, 1, 2, 3].map((column) =>
      contents.reduce(
        (sum, content, place) => sum + (weights[place]! / total) * content[column]!,
        0,
      ),
    )
  })
  expectClose(numbersOf(found.output!), multiply(attended, last!).flat(), { absolute: 1e-5 })
})

test('keys and values that were read before give the same bits', async () => {
  const memory = layer.readMemory(values, statesInput, 1)
  const outputs = {
    fresh: layer.apply(values, xInput, { batch: 1, memory: { source: { states: statesInput } } }),
    read: layer.apply(values, xInput, { batch: 1, memory: { source: memory } }),
  }
  const found = await compute(runtime, outputs, { x, states, ...tensors })
  expect(numbersOf(found.read!)).toEqual(numbersOf(found.fresh!))
})

test('what the mask hides has no say', async () => {
  const mask = constant(tensorOf('float32', [0, 0, unseen, 0, unseen], [1, 1, 1, 5]))
  const hidden = layer.apply(values, xInput, {
    batch: 1,
    memory: { source: { states: statesInput }, mask },
  })
  const seen = tensorOf(
    'float32',
    [0, 1, 3].flatMap((row) => rowsOf(states)[row]!),
    [3, 4],
  )
  const fewer = layer.apply(values, xInput, {
    batch: 1,
    memory: { source: { states: input('seen', seen) } },
  })
  const found = await compute(runtime, { hidden, fewer }, { x, states, seen, ...tensors })
  expectClose(numbersOf(found.hidden!), numbersOf(found.fewer!), { absolute: 1e-6 })
})
