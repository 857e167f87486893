import { afterAll, expect, test } from 'vitest'
import { transformer } from '../network/models/transformer.js'
import { initializeParameters } from '../network/parameters.js'
import { quantizeWeights } from '../network/quantize-weights.js'
import { createInlineRuntime } from '../platform/node/runtime.js'
import { weightsAtWork } from './weights-at-work.js'

const runtime = createInlineRuntime({ threads: 1 })
afterAll(() => runtime.close())

const network = { vocabularySize: 96, width: 32, depth: 2, heads: 2 }
const tensors = initializeParameters(transformer(network).parameters, { seed: 1 })

test('only tall matrices of blocks are fed transposed', () => {
  const atWork = weightsAtWork(runtime, { tensors, quantized: new Map() })
  const changed = Object.entries(atWork.tensors).filter(
    ([name, tensor]) => tensor !== tensors[name],
  )
  expect(changed.map(([name, { shape }]) => [name, shape])).toEqual([
    ['layers.0.mlp.output', [32, 128]],
    ['layers.1.mlp.output', [32, 128]],
  ])
})

test('quantized matrices are not fed', () => {
  const weights = quantizeWeights(tensors, 'int8')
  expect(weightsAtWork(runtime, weights).tensors).toEqual(weights.tensors)
})
