/** The statistics of the normalisations as plain ONNX nodes. */

import type { OnnxEmitter } from '../graph/operation.js'
import type { DType } from '../tensor/dtype.js'
import { tensorOf } from '../tensor/tensor.js'

/** 1 / √(mean of the squares over the last axis + epsilon). */
export const emitInverseDeviation = (
  emit: OnnxEmitter,
  square: string,
  dtype: DType,
  epsilon: number,
): string => {
  const meanSquare = emit.node('ReduceMean', [square, emit.integers([-1])], { keepdims: 1 })
  const safe = emit.node('Add', [meanSquare, emit.constant(tensorOf(dtype, [epsilon], []))])
  return emit.node('Reciprocal', [emit.node('Sqrt', [safe])])
}
