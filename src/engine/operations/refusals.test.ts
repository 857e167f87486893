/** What the operations refuse, and what they say then. */

import { describe, expect, it } from 'vitest'
import { ShapeError } from '../../errors.js'
import { input } from '../graph/graph.js'
import type { DType } from '../tensor/dtype.js'
import * as o from './index.js'

const value = (shape: readonly number[], dtype: DType = 'float32') => input('x', { dtype, shape })
const picture = value([1, 4, 5, 5])

const refusals: readonly (readonly [message: string, apply: () => unknown])[] = [
  [
    'exp: expected float32 or float64, got int32[2]; cast it first',
    () => o.exp(value([2], 'int32')),
  ],
  [
    'less: expected a whole number that int32 can hold, got 2.5',
    () => o.less(value([2], 'int32'), 2.5),
  ],
  [
    'add: expected a whole number that int64 can hold, got 2.5',
    () => o.add(value([2], 'int64'), 2.5),
  ],
  [
    'mul: expected a whole number that uint8 can hold, got 300',
    () => o.mul(value([2], 'uint8'), 300),
  ],
  [
    'where: expected a whole number that int32 can hold, got -Infinity',
    () => o.where(value([2], 'bool'), value([2], 'int32'), Number.NEGATIVE_INFINITY),
  ],
  [
    'maxPoolIndices: expected float32 or float64, got int32[1, 1, 4, 4]; cast it first',
    () => o.maxPoolIndices(value([1, 1, 4, 4], 'int32'), { size: [2, 2] }),
  ],
  ['argMax: axis 2 is out of range for 2 axes', () => o.argMax(value([2, 3]), { axis: 2 })],
  [
    'logicalAnd: expected truth values, got float32[2]; compare it first',
    () => o.logicalAnd(value([2], 'bool'), value([2])),
  ],
  [
    'logicalOr: expected truth values, got int32[2]; compare it first',
    () => o.logicalOr(value([2], 'int32'), value([2], 'bool')),
  ],
  [
    'logicalNot: expected truth values, got float32[2]; compare it first',
    () => o.logicalNot(value([2])),
  ],
  ['softmax: axis 2 is out of range for 2 axes', () => o.softmax(value([2, 3]), { axis: 2 })],
  ['softmax: axis -1 is out of range for 0 axes', () => o.softmax(value([]))],
  [
    'logSoftmax: axis -3 is out of range for 2 axes',
    () => o.logSoftmax(value([2, 3]), { axis: -3 }),
  ],
  ['flip: axis 1 is out of range for 1 axes', () => o.flip(value([2]), { axis: 1 })],
  [
    'cumulativeSum: axis 0.5 is out of range for 2 axes',
    () => o.cumulativeSum(value([2, 3]), { axis: 0.5 }),
  ],
  ['sum: an axis is named twice: [0, -2]', () => o.sum(value([2, 3]), { axes: [0, -2] })],
  [
    'concat: the sizes differ outside of axis 0: [2, 3] and [2, 5]',
    () => o.concat(value([2, 3]), value([2, 5]), { axis: 0 }),
  ],
  ['expand: [2, 1] cannot be repeated to [1]', () => o.expand(value([2, 1]), { shape: [1] })],
  [
    'reshape: [2, 3] has 6 elements and cannot become [4, -1]',
    () => o.reshape(value([2, 3]), { shape: [4, -1] }),
  ],
  [
    'reshape: [2, 3] has 6 elements and cannot become [-1, -1]',
    () => o.reshape(value([2, 3]), { shape: [-1, -1] }),
  ],
  [
    'reshape: [2, 3] has 6 elements and cannot become [-2, -3]',
    () => o.reshape(value([2, 3]), { shape: [-2, -3] }),
  ],
  [
    'transpose: the axes [1] are no permutation of the 2 axes of [2, 3]',
    () => o.transpose(value([2, 3]), { axes: [1] }),
  ],
  [
    'slice: nothing is left of axis 0 of [3] from 2 to 1 by steps of 1',
    () => o.slice(value([3]), { axis: 0, start: 2, end: 1 }),
  ],
  [
    'split: the sizes [2, 2] do not add up to axis 0 of [5]',
    () => o.split(value([5]), { axis: 0, sizes: [2, 2] }),
  ],
  [
    'pad: expected 2 sizes before and after, got 1 and 2',
    () => o.pad(value([2, 3]), { before: [1], after: [1, 1] }),
  ],
  [
    'pad: expected whole sizes of at least 0, got [-1] and [0]',
    () => o.pad(value([2]), { before: [-1], after: [0] }),
  ],
  [
    'gather: expected int32 or int64 indices, got float32[2]; cast them first',
    () => o.gather(value([3, 2]), value([2])),
  ],
  [
    'scatter: indices [2] and updates [3] differ',
    () => o.scatter(value([5]), value([2], 'int64'), value([3]), { axis: 0 }),
  ],
  [
    'scatter: the indices [2] do not fit [3, 2] outside of axis 0',
    () => o.scatter(value([3, 2]), value([2], 'int64'), value([2]), { axis: 0 }),
  ],
  [
    'scatter: the indices [2, 3] do not fit [3, 2] outside of axis 0',
    () => o.scatter(value([3, 2]), value([2, 3], 'int64'), value([2, 3]), { axis: 0 }),
  ],
  [
    'gatherElements: the indices [4, 2] do not fit [3, 2] outside of axis 1',
    () => o.gatherElements(value([3, 2]), value([4, 2], 'int64'), { axis: 1 }),
  ],
  ['where: expected a bool condition, got float32[2]', () => o.where(value([2]), value([2]), 0)],
  [
    'topK: expected a count from 1 to 3, the size of axis -1, got 4',
    () => o.topK(value([3]), { count: 4 }),
  ],
  [
    'matmul: expected at least two axes, got [3] × [3, 2]; reshape a vector to one row',
    () => o.matmul(value([3]), value([3, 2])),
  ],
  [
    'softmaxProduct: expected scores [..., queries, keys] and values [..., keys, depth] with equal outer axes, got [2, 3, 5] and [5, 7]',
    () => o.softmaxProduct(value([2, 3, 5]), value([5, 7])),
  ],
  [
    'crossEntropy: expected logits [rows, classes] and labels [rows], got float32[2, 3] and [3]',
    () => o.crossEntropy(value([2, 3]), value([3], 'int32')),
  ],
  [
    'layerNormalization: expected scale and bias of shape [3], got [2] and [3]',
    () => o.layerNorm(value([2, 3]), value([2]), value([3])),
  ],
  [
    "layerNormalization: the operands' dtypes differ: float32[2, 3] and float64[3]; cast one of them",
    () => o.layerNorm(value([2, 3]), value([3], 'float64'), value([3])),
  ],
  [
    'addRmsNorm: expected float32 [rows, width] twice and [width], got float32[2, 3], float32[3], float32[3]',
    () => o.addRmsNorm(value([2, 3]), value([3]), value([3])),
  ],
  ['rmsNorm: expected a scale of shape [3], got [2]', () => o.rmsNorm(value([2, 3]), value([2]))],
  [
    'rotary: expected [batch, heads, time, even width], got [1, 2, 3, 5]',
    () => o.rotary(value([1, 2, 3, 5]), value([3, 2]), value([3, 2])),
  ],
  [
    'rotary: expected angles of shape [3, 2], got [3, 4]',
    () => o.rotary(value([1, 2, 3, 4]), value([3, 2]), value([3, 4])),
  ],
  [
    'conv: expected weights [filters, channels / groups, height, width] for 4 channels in 1 groups, got [2, 3, 3, 3]',
    () => o.conv(picture, value([2, 3, 3, 3])),
  ],
  [
    'conv: expected float32, got float64[1, 4, 5, 5]; cast it first',
    () => o.conv(value([1, 4, 5, 5], 'float64'), value([2, 4, 3, 3], 'float64')),
  ],
  [
    'conv: expected whole strides of at least 1, got [0, 1]',
    () => o.conv(picture, value([2, 4, 3, 3]), { strides: [0, 1] }),
  ],
  [
    'convTranspose: expected an output padding below the strides [2, 2], got [2, 0]',
    () => o.convTranspose(picture, value([4, 2, 3, 3]), { strides: 2, outputPadding: [2, 0] }),
  ],
  [
    'maxPool: expected [batch, channels, rows, columns], got [5, 5]',
    () => o.maxPool(value([5, 5]), { size: 2 }),
  ],
  [
    'averagePool: expected a padding below the size [2, 2], got [2, 2, 2, 2]',
    () => o.averagePool(picture, { size: 2, padding: 2 }),
  ],
  [
    'upsample: expected whole factors of at least 1, got [0.5, 2]',
    () => o.upsample(picture, { factor: [0.5, 2] }),
  ],
  [
    'groupNorm: 3 groups do not divide the channels of [1, 4, 5, 5]',
    () => o.groupNorm(picture, value([4]), value([4]), { groups: 3 }),
  ],
  [
    'spaceToDepth: blocks of 2 × 2 do not divide [1, 4, 5, 5]',
    () => o.spaceToDepth(picture, { size: 2 }),
  ],
  [
    'resizeBilinear: expected [batch, channels, rows, columns], got [5, 5]',
    () => o.resizeBilinear(value([5, 5]), { size: [2, 2] }),
  ],
  [
    'bitwiseXor: expected integers, got float32[2]; cast them first',
    () => o.bitwiseXor(value([2]), value([2])),
  ],
]

describe('an operation', () => {
  it.each(refusals)('says "%s"', (message, apply) => {
    expect(apply).toThrow(new ShapeError(message))
  })
})
