/** Dense tensors on typed arrays, in row-major order. They hold data; graphs hold computations. */

import { ShapeError } from '../../errors.js'
import { type ArrayOf, createArray, type DType } from './dtype.js'
import { ofRank, printShape, type Shape, sizeOf } from './shape.js'

export interface Tensor<D extends DType = DType> {
  readonly dtype: D
  readonly shape: Shape
  readonly data: ArrayOf<D>
}

/** What a tensor is without its data. */
export interface TensorType<D extends DType = DType> {
  readonly dtype: D
  readonly shape: Shape
}

/** Wraps a typed array. Throws ShapeError when its length is not the shape's size. */
export const createTensor = <D extends DType>(
  dtype: D,
  shape: Shape,
  data: ArrayOf<D>,
): Tensor<D> => {
  if (data.length !== sizeOf(shape)) {
    throw new ShapeError(
      `tensor: the shape ${printShape(shape)} has ${sizeOf(shape)} elements, the data ${data.length}`,
    )
  }
  return { dtype, shape, data }
}

/** A tensor of zeros. */
export const zeroTensor = <D extends DType>({ dtype, shape }: TensorType<D>): Tensor<D> =>
  createTensor(dtype, shape, createArray(dtype, sizeOf(shape)))

/** A tensor from plain numbers, converted to the dtype; without a shape, a vector. */
export const tensorOf = <D extends DType>(
  dtype: D,
  values: ArrayLike<number>,
  shape: Shape = [values.length],
): Tensor<D> => {
  const data: ArrayOf<DType> = createArray(dtype, values.length)
  if (data instanceof BigInt64Array) {
    for (let index = 0; index < values.length; index++) data[index] = BigInt(values[index]!)
  } else {
    data.set(values)
  }
  // It was created for the dtype.
  return createTensor(dtype, shape, data as ArrayOf<D>)
}

/** The tensor, if it is of the dtype. Throws ShapeError for another one. */
export const ofDtype = <D extends DType>(tensor: Tensor, dtype: D): Tensor<D> => {
  if (tensor.dtype !== dtype) {
    throw new ShapeError(`expected a tensor of ${dtype}, got ${printType(tensor)}`)
  }
  // Its dtype has just been looked at.
  return tensor as Tensor<D>
}

/** [rows, columns] → [columns, rows], on an array of its own. Throws ShapeError for another rank. */
export const transposeMatrix = ({ shape, data }: Tensor<'float32'>): Tensor<'float32'> => {
  const [rows, columns] = ofRank(shape, 2)
  const transposed = new Float32Array(data.length)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      transposed[column * rows + row] = data[row * columns + column]!
    }
  }
  return createTensor('float32', [columns, rows], transposed)
}

/** The same tensor on an array of its own. */
export const copyTensor = (tensor: Tensor): Tensor => ({ ...tensor, data: tensor.data.slice() })

/** A tensor's elements as plain numbers; integers beyond 2^53 lose precision. */
export const numbersOf = ({ data }: Tensor): number[] => Array.from(data, Number)

export const printType = ({ dtype, shape }: TensorType): string => `${dtype}${printShape(shape)}`
