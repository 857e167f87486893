/** Type rules and checks that several operations share. */

import { ShapeError } from '../../errors.js'
import { type DType, isFloat } from '../tensor/dtype.js'
import { broadcastShapes, printShape, resolveAxis } from '../tensor/shape.js'
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

/** Throws ShapeError unless the tensor holds truth values. */
export const requireBool = (type: TensorType): void => {
  if (type.dtype !== 'bool') {
    throw new ShapeError(`expected truth values, got ${printType(type)}; compare it first`)
  }
}

/** Throws ShapeError unless indices along an axis have the rank of x and, elsewhere, fit into it. */
export const requireFittingIndices = (x: TensorType, indices: TensorType, axis: number): void => {
  requireInteger(indices)
  const resolved = resolveAxis(axis, x.shape.length)
  if (
    indices.shape.length !== x.shape.length ||
    indices.shape.some((size, other) => other !== resolved && size > x.shape[other]!)
  ) {
    throw new ShapeError(
      `the indices ${printShape(indices.shape)} do not fit ${printShape(x.shape)} ` +
        `outside of axis ${resolved}`,
    )
  }
}

/** The output has the type of the first input. */
export const sameType = ([x]: readonly TensorType[]): TensorType => x!

/** The same, for floating-point numbers only. */
export const sameFloatType = ([x]: readonly TensorType[]): TensorType => {
  requireFloat(x!)
  return x!
}

/** The output has the type of the first input, which has the axis that is named. */
export const sameTypeAlong = (
  [x]: readonly TensorType[],
  { axis }: { readonly axis: number },
): TensorType => {
  resolveAxis(axis, x!.shape.length)
  return x!
}

/** The same, for floating-point numbers only and along the last axis when none is named. */
export const sameFloatTypeAlong = (
  inputs: readonly TensorType[],
  { axis = -1 }: { readonly axis?: number },
): TensorType => sameTypeAlong([sameFloatType(inputs)], { axis })

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

/** The inputs, truth values, broadcast to the output. */
export const logicalType = (inputs: readonly TensorType[]): TensorType => {
  inputs.forEach(requireBool)
  return broadcastType(inputs)
}
