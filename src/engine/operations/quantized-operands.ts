/** The type rule that operations on quantized matrices share. */

import { ShapeError } from '../../errors.js'
import { type Bits, quantizedShapes } from '../tensor/quantized.js'
import { isSameShape } from '../tensor/shape.js'
import { printType, type TensorType } from '../tensor/tensor.js'

export interface QuantizedAttributes {
  readonly bits: Bits
  /** Elements of a row. */
  readonly columns: number
}

/** Rows and block size. Throws ShapeError unless codes and scales make up a matrix. */
export const quantizedSizes = (
  codes: TensorType,
  scales: TensorType,
  { bits, columns }: QuantizedAttributes,
): { rows: number; blockSize: number } => {
  const [rows = 0, , bytes = 0] = codes.shape
  const blockSize = (bytes * 8) / bits
  const shapes = quantizedShapes({ rows, columns, bits, blockSize })
  const isFitting =
    codes.dtype === 'uint8' &&
    scales.dtype === 'float32' &&
    isSameShape(codes.shape, shapes.codes) &&
    isSameShape(scales.shape, shapes.scales)
  // What the kernels ask of a block.
  if (isFitting && blockSize >= 16 && Number.isInteger(Math.log2(blockSize))) {
    return { rows, blockSize }
  }
  throw new ShapeError(
    `expected uint8 codes [rows, blocks, bytes] of blocks of 16, 32, 64 or more and float32 scales ` +
      `[rows, blocks] of ${columns} columns, got ${printType(codes)} and ${printType(scales)}`,
  )
}
