/**
 * Matrices of few bits an element. A row is cut into blocks that have a scale each; an element is its
 * block's scale times a whole number, which is stored as a code, half of the codes' range above it.
 */

import { ShapeError } from '../../errors.js'
import { isSameShape, type Shape } from './shape.js'
import { createTensor, printType, type Tensor, transposeMatrix } from './tensor.js'

export type Bits = 4 | 8

export interface QuantizedMatrix {
  readonly bits: Bits
  /** Elements of a block. */
  readonly blockSize: number
  readonly rows: number
  /** The last block of a row is filled up where its columns are no multiple of the block size. */
  readonly columns: number
  /** uint8 [rows, blocks, bytes of a block]; of two codes in a byte the lower bits are the first. */
  readonly codes: Tensor<'uint8'>
  /** [rows, blocks]; they may be negative. */
  readonly scales: Tensor<'float32'>
}

/** A matrix that stands for an input of graphs. */
export interface QuantizedInput {
  readonly matrix: QuantizedMatrix
  /** Whether the rows of the matrix are the columns of the input. */
  readonly isTransposed: boolean
}

/** The code of zero. */
export const zeroCode = (bits: Bits): number => 2 ** (bits - 1)

/** The shapes of a matrix's codes and scales. */
export const quantizedShapes = ({
  rows,
  columns,
  bits,
  blockSize,
}: Pick<QuantizedMatrix, 'rows' | 'columns' | 'bits' | 'blockSize'>) => {
  const blocks = Math.ceil(columns / blockSize)
  return { codes: [rows, blocks, (blockSize * bits) / 8], scales: [rows, blocks] }
}

/** Rows and block size that codes and scales of a number of columns have; undefined unless they fit. */
export const quantizedLayout = (
  codes: Shape,
  scales: Shape,
  { columns, bits }: { readonly columns: number; readonly bits: Bits },
): { readonly rows: number; readonly blockSize: number } | undefined => {
  const [rows = 0, , bytes = 0] = codes
  const blockSize = (bytes * 8) / bits
  const shapes = quantizedShapes({ rows, columns, bits, blockSize })
  const isFitting = isSameShape(codes, shapes.codes) && isSameShape(scales, shapes.scales)
  return isFitting ? { rows, blockSize } : undefined
}

/** What codes and scales of a number of columns make up. Throws ShapeError where they do not fit. */
export const quantizedMatrix = (
  codes: Tensor<'uint8'>,
  scales: Tensor<'float32'>,
  { columns, bits }: { readonly columns: number; readonly bits: Bits },
): QuantizedMatrix => {
  const layout = quantizedLayout(codes.shape, scales.shape, { columns, bits })
  if (layout === undefined) {
    throw new ShapeError(
      `quantized: expected codes [rows, blocks, bytes] and scales [rows, blocks] of ${columns} ` +
        `columns, got ${printType(codes)} and ${printType(scales)}`,
    )
  }
  return { bits, columns, codes, scales, ...layout }
}

/** The numbers that a matrix stands for, [rows, columns]. */
export const dequantize = ({
  bits,
  blockSize,
  rows,
  columns,
  codes,
  scales,
}: QuantizedMatrix): Tensor<'float32'> => {
  const values = new Float32Array(rows * columns)
  const perByte = 8 / bits
  const mask = 2 ** bits - 1
  const zero = zeroCode(bits)
  const blocks = Math.ceil(columns / blockSize)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const block = row * blocks + Math.floor(column / blockSize)
      const place = block * blockSize + (column % blockSize)
      const shift = (place % perByte) * bits
      const code = (codes.data[Math.floor(place / perByte)]! >> shift) & mask
      values[row * columns + column] = (code - zero) * scales.data[block]!
    }
  }
  return createTensor('float32', [rows, columns], values)
}

/** What an input would be in float32. */
export const widenInput = ({ matrix, isTransposed }: QuantizedInput): Tensor<'float32'> => {
  const wide = dequantize(matrix)
  return isTransposed ? transposeMatrix(wide) : wide
}

/** Some rows of a matrix, on the same bytes. */
export const sliceRows = (
  { codes, scales, columns, bits }: QuantizedMatrix,
  start: number,
  end: number,
): QuantizedMatrix => {
  const cut = <D extends 'uint8' | 'float32'>({ dtype, shape, data }: Tensor<D>): Tensor<D> => {
    const size = data.length / shape[0]!
    // A part of an array is an array of the same kind.
    const part = data.subarray(start * size, end * size) as Tensor<D>['data']
    return createTensor(dtype, [end - start, ...shape.slice(1)], part)
  }
  return quantizedMatrix(cut(codes), cut(scales), { columns, bits })
}
