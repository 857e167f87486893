/**
 * Brings matrices to few bits an element: each block gets the scale with which rounding its elements
 * to whole numbers costs the least squared error (cf. round to nearest, which takes the scale that
 * just holds the largest one). Codes are searched with scales as they are stored, in float16.
 */

import {
  type Bits,
  type QuantizedMatrix,
  quantizedMatrix,
  quantizedShapes,
  zeroCode,
} from '../engine/tensor/quantized.js'
import { ofRank, sizeOf } from '../engine/tensor/shape.js'
import { createTensor, type Tensor } from '../engine/tensor/tensor.js'
import { roundToFloat16 } from '../storage/half-precision.js'

export interface QuantizeOptions {
  readonly bits: Bits
  /** Elements that share a scale; a power of two, 16 or more. */
  readonly blockSize: number
  /** Whether the rows of the quantized matrix are the columns of the given one. */
  readonly isTransposed?: boolean
}

/**
 * Where the largest element of a block may lie, in steps of the scale. Beyond the last code it is cut
 * off, so that the others are rounded less.
 */
const peaks: { readonly [B in Bits]: readonly number[] } = {
  8: [128],
  4: Array.from({ length: 13 }, (_, step) => 8 + 0.25 * (4 - step)),
}

/** A float32 matrix [rows, columns], or [columns, rows] that is transposed, with few bits. */
export const quantizeMatrix = (
  { shape, data }: Tensor<'float32'>,
  { bits, blockSize, isTransposed = false }: QuantizeOptions,
): QuantizedMatrix => {
  const [rows, columns] = ofRank(isTransposed ? shape.toReversed() : shape, 2)
  const [rowStep, columnStep] = isTransposed ? [1, rows] : [columns, 1]
  const shapes = quantizedShapes({ rows, columns, bits, blockSize })
  const codes = new Uint8Array(sizeOf(shapes.codes))
  const scales = new Float32Array(sizeOf(shapes.scales))
  const blocks = shapes.scales[1]!
  const zero = zeroCode(bits)
  const perByte = 8 / bits
  const block = new Float32Array(blockSize)
  for (let index = 0; index < rows * blocks; index++) {
    const [row, first] = [Math.floor(index / blocks), (index % blocks) * blockSize]
    for (let place = 0; place < blockSize; place++) {
      const column = first + place
      block[place] = column < columns ? data[row * rowStep + column * columnStep]! : 0
    }
    const scale = scaleOf(block, bits)
    scales[index] = scale
    for (let place = 0; place < blockSize; place++) {
      const code = roundTo(block[place]!, scale, zero) + zero
      const byte = (index * blockSize + place) / perByte
      codes[Math.floor(byte)]! |= code << ((place % perByte) * bits)
    }
  }
  return quantizedMatrix(
    createTensor('uint8', shapes.codes, codes),
    createTensor('float32', shapes.scales, scales),
    { columns, bits },
  )
}

/** The whole number of steps that is nearest to a value, as far as codes reach. */
const roundTo = (value: number, scale: number, zero: number): number =>
  scale === 0 ? 0 : Math.min(zero - 1, Math.max(-zero, Math.round(value / scale)))

/** The scale of a block that costs the least; 0 for a block of zeros. */
const scaleOf = (block: Float32Array, bits: Bits): number => {
  const peak = block.reduce((far, value) => (Math.abs(value) > Math.abs(far) ? value : far), 0)
  const zero = zeroCode(bits)
  let best = { scale: 0, error: Number.POSITIVE_INFINITY }
  for (const steps of peaks[bits]) {
    // Codes reach one step further down than up, so the peak lies below zero.
    const scale = roundToFloat16(fitted(block, -peak / steps, zero))
    const error = errorOf(block, scale, zero)
    if (error < best.error) best = { scale, error }
  }
  return best.scale
}

/** The scale that fits the whole numbers best that another scale gives: least squares. */
const fitted = (block: Float32Array, scale: number, zero: number): number => {
  let [product, square] = [0, 0]
  for (const value of block) {
    const steps = roundTo(value, scale, zero)
    product += value * steps
    square += steps * steps
  }
  return square === 0 ? 0 : product / square
}

const errorOf = (block: Float32Array, scale: number, zero: number): number => {
  let error = 0
  for (const value of block) error += (value - scale * roundTo(value, scale, zero)) ** 2
  return error
}
