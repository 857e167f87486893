/**
 * How tensors of two libraries correspond: one parameter here is several tensors there, side by side
 * along its last axis, each maybe transposed. Nothing is computed, so both ways are exact.
 */

import { isSameShape, printShape, type Shape, sizeOf } from '../../engine/tensor/shape.js'
import { createTensor, ofDtype, type Tensor, transposeMatrix } from '../../engine/tensor/tensor.js'
import { StorageError } from '../../errors.js'

export interface Correspondence {
  /** The name of the parameter here. */
  readonly own: string
  /** The names of its parts there, in the order of the last axis. */
  readonly parts: readonly string[]
  /** The sizes of the parts along the last axis; one part has all of it. */
  readonly sizes?: readonly number[]
  /** Whether the parts are stored [outputs, inputs], as a linear layer of PyTorch has them. */
  readonly isTransposed?: boolean
}

/** A part of a parameter as the other library stores it. */
export interface Part {
  readonly name: string
  readonly shape: Shape
}

const partSizes = ({ sizes }: Correspondence, shape: Shape): readonly number[] =>
  sizes ?? [shape.at(-1)!]

/** The parts that a parameter of a shape has. */
export const partsOf = (correspondence: Correspondence, shape: Shape): Part[] => {
  const { parts, isTransposed = false } = correspondence
  const sizes = partSizes(correspondence, shape)
  return parts.map((name, index) => {
    const own = [...shape.slice(0, -1), sizes[index]!]
    return { name, shape: isTransposed ? own.reverse() : own }
  })
}

/** Throws StorageError unless a tensor is float32 and has the shape of a part. */
export const checkPart = ({ name, shape }: Part, found: Tensor, source: string): void => {
  if (found.dtype === 'float32' && isSameShape(found.shape, shape)) return
  throw new StorageError(
    `${source}: tensor ${name}: expected float32 ${printShape(shape)}, found ${found.dtype} ` +
      `${printShape(found.shape)}. The weights do not belong to this config.json; get both anew.`,
  )
}

/** The parameter that parts make; they have the shapes of `partsOf`. */
export const joinParts = (
  correspondence: Correspondence,
  shape: Shape,
  parts: readonly Tensor[],
): Tensor<'float32'> => {
  const sizes = partSizes(correspondence, shape)
  const width = shape.at(-1)!
  const rows = sizeOf(shape) / width
  const joined = new Float32Array(rows * width)
  let start = 0
  for (const [index, part] of parts.entries()) {
    const size = sizes[index]!
    const stored = ofDtype(part, 'float32')
    const { data: own } = correspondence.isTransposed ? transposeMatrix(stored) : stored
    for (let row = 0; row < rows; row++) {
      joined.set(own.subarray(row * size, (row + 1) * size), row * width + start)
    }
    start += size
  }
  return createTensor('float32', shape, joined)
}

/** The parts of a parameter, by name. */
export const splitIntoParts = (
  correspondence: Correspondence,
  { shape, data }: Tensor,
): [name: string, part: Tensor][] => {
  const sizes = partSizes(correspondence, shape)
  const width = shape.at(-1)!
  const rows = sizeOf(shape) / width
  // Parameters are float32.
  const joined = data as Float32Array
  let start = 0
  return partsOf(correspondence, shape).map(({ name, shape: partShape }, index) => {
    const size = sizes[index]!
    const own = new Float32Array(rows * size)
    for (let row = 0; row < rows; row++) {
      const from = row * width + start
      own.set(joined.subarray(from, from + size), row * size)
    }
    start += size
    const part = correspondence.isTransposed
      ? transposeMatrix(createTensor('float32', [rows, size], own))
      : createTensor('float32', partShape, own)
    return [name, part]
  })
}
