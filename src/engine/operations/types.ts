/** Type rules and checks that several operations share. */

import { ShapeError } from '../../errors.js'
import { type DType, isFloat } from '../tensor/dtype.js'
import { broadcastShapes } from '../tensor/shape.js'
import { printType, type TensorType } from '../tensor/tensor.js'

/** Throws ShapeError unless all inputs have one dtype. */
export const requireSameDType = (inputs: readonly TensorType[]): DType => {
  const [first, ...others] = inputs
  const different = others.find(({ dtype }) => dtype !== first!.dtype)
  if (different !== undefined) {
    throw new ShapeError(
      `the operands' dtypes differ: ${printType(first!)} and ${printType(different)}; cast one of them`,
    )
  }
  return first!.dtype
}

/** Throws ShapeError unless the tensor holds floating-point numbers. */
export const requireFloat = (type: TensorType): void => {
  if (!isFloat(type.dtype)) {
    throw new ShapeError(`expected float32 or float64, got ${printType(type)}; cast it first`)
  }
}

/** Throws ShapeError unless the tensor holds float32, the only dtype that some kernels take. */
export const requireFloat32 = (type: TensorType): void => {
  if (type.dtype !== 'float32') {
    throw new ShapeError(`expected float32, got ${printType(type)}; cast it first`)
  }
}

/** Throws ShapeError unless the tensor holds int32 or int64. */
export const requireInteger = (type: TensorType): void => {
  if (type.dtype !== 'int32' && type.dtype !== 'int64') {
    throw new ShapeError(`expected int32 or int64 indices, got ${printType(type)}; cast them first`)
  }
}

/** The output has the type of the first input. */
export const sameType = ([x]: readonly TensorType[]): TensorType => x!

/** The same, for floating-point numbers only. */
export const sameFloatType = ([x]: readonly TensorType[]): TensorType => {
  requireFloat(x!)
  return x!
}

/** The inputs, of one dtype, broadcast to the output. */
export const broadcastType = (inputs: readonly TensorType[]): TensorType => ({
  dtype: requireSameDType(inputs),
  shape: broadcastShapes(...inputs.map(({ shape }) => shape)),
})

/** The inputs, integers of one dtype, broadcast to the output. */
export const bitsType = (inputs: readonly TensorType[]): TensorType => {
  const type = broadcastType(inputs)
  if (isFloat(type.dtype) || type.dtype === 'bool') {
    throw new ShapeError(`expected integers, got ${printType(inputs[0]!)}; cast them first`)
  }
  return type
}

/** The inputs, of one dtype, broadcast to a tensor of truth values. */
export const comparisonType = (inputs: readonly TensorType[]): TensorType => ({
  dtype: 'bool',
  shape: broadcastType(inputs).shape,
})
