import { afterAll, expect, test } from 'vitest'
import { createGraph, input } from '../engine/graph/graph.js'
import { mul } from '../engine/operations/index.js'
import { numbersOf, tensorOf } from '../engine/tensor/tensor.js'
import { transformer } from '../network/models/transformer.js'
import { initializeParameters } from '../network/parameters.js'
import { quantizeWeights } from '../network/quantize-weights.js'
import { createInlineRuntime } from '../platform/node/runtime.js'
import { weightsAtWork } from './weights-at-work.js'

const runtime = createInlineRuntime({ threads: 1 })
afterAll(() => runtime.close())

const network = { vocabularySize: 96, width: 32, depth: 2, heads: 2 }
const tensors = initializeParameters(transformer(network).parameters, { seed: 1 })

test('matrices are fed, of blocks the tall ones transposed', () => {
  const atWork = weightsAtWork(runtime, { tensors, quantized: new Map() })
  const fed = Object.entries(atWork.tensors)
  const matrices = Object.entries(tensors).filter(([, { shape }]) => shape.length > 1)
  expect(fed.map(([name]) => name)).toEqual(matrices.map(([name]) => name))
  const changed = fed.filter(([name, tensor]) => tensor !== tensors[name])
  expect(changed.map(([name, { shape }]) => [name, shape])).toEqual([
    ['layers.0.mlp.output', [32, 128]],
    ['layers.1.mlp.output', [32, 128]],
  ])
})

test('quantized matrices are not fed', () => {
  expect(weightsAtWork(runtime, quantizeWeights(tensors, 'int8')).tensors).toEqual({})
})

test('vectors are what they are without being fed', async () => {
  const scale = tensorOf('float32', [1, 2, 3])
  const atWork = weightsAtWork(runtime, { tensors: { scale }, quantized: new Map() })
  const x = input('x', { dtype: 'float32', shape: [3] })
  const program = await atWork.runtime.createProgram(
    createGraph({ y: mul(x, input('scale', scale)) }),
  )
  const { y } = await program.run({ x: tensorOf('float32', [5, 7, 11]) })
  expect(numbersOf(y!)).toEqual([5, 14, 33])
})
