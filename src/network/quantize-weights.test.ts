import { expect, test } from 'vitest'
import { zeroTensor } from '../engine/tensor/tensor.js'
import { quantizeWeights } from './quantize-weights.js'

const shapes: Readonly<Record<string, readonly number[]>> = {
  embedding: [100, 64],
  'places.0': [32, 64],
  'layers.0.attentionNorm.scale': [64],
  'layers.0.attention.input': [64, 192],
  'layers.0.attention.queryScale': [16],
  'layers.0.mlp.output': [172, 64],
  'layers.1.mlp.input': [256, 512],
  'decoder.layers.0.memory.0.attention.query': [384, 64],
  'head.0': [100, 64],
  'output.head.weight': [64, 3],
}

const formsOf = (precision: 'int8' | 'int4') => {
  const tensors = Object.entries(shapes).map(([name, shape]) => [
    name,
    zeroTensor({ dtype: 'float32', shape }),
  ])
  const { tensors: kept, quantized } = quantizeWeights(Object.fromEntries(tensors), precision)
  return {
    kept: Object.keys(kept),
    quantized: Object.fromEntries(
      Array.from(quantized, ([name, { matrix, isTransposed }]) => [
        name,
        `${matrix.bits} bits, ${matrix.blockSize}${isTransposed ? ', transposed' : ''}`,
      ]),
    ),
  }
}

const small = [
  'places.0',
  'layers.0.attentionNorm.scale',
  'layers.0.attention.queryScale',
  // Rows of 48 are no whole blocks, and rows of a table cannot be filled up.
  'output.head.weight',
]

test('of 8 bits are the matrices of blocks and the tables, in the largest blocks that fit', () => {
  expect(formsOf('int8')).toEqual({
    kept: small,
    quantized: {
      embedding: '8 bits, 64',
      'layers.0.attention.input': '8 bits, 64, transposed',
      'layers.0.mlp.output': '8 bits, 32, transposed',
      'layers.1.mlp.input': '8 bits, 256, transposed',
      'decoder.layers.0.memory.0.attention.query': '8 bits, 128, transposed',
      'head.0': '8 bits, 64',
    },
  })
})

test('of 4 bits are the matrices of blocks; the tables have 8', () => {
  const { kept, quantized } = formsOf('int4')
  expect(kept).toEqual(small)
  expect(quantized).toMatchObject({
    embedding: '8 bits, 64',
    'head.0': '8 bits, 64',
    'layers.0.attention.input': '4 bits, 32, transposed',
    'layers.0.mlp.output': '4 bits, 32, transposed',
  })
})
