/** The type rule that operations on quantized matrices share. */

import { ShapeError } from '../../errors.js'
import { type Bits, quantizedLayout } from '../tensor/quantized.js'
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
  const layout = quantizedLayout(codes.shape, scales.shape, { bits, columns })
  const blockSize = layout?.blockSize ?? 0
  const hasTypes = codes.dtype === 'uint8' && scales.dtype === 'float32'
  // What the kernels ask of a block.
  const isTaken = blockSize >= 16 && Number.isInteger(Math.log2(blockSize))
  if (layout !== undefined && hasTypes && isTaken) return layout
  throw new ShapeError(
    `expected uint8 codes [rows, blocks, bytes] of blocks of 16, 32, 64 or more and float32 scales ` +
      `[rows, blocks] of ${columns} columns, got ${printType(codes)} and ${printType(scales)}`,
  )
}
