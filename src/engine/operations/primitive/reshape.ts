import { ShapeError } from '../../../errors.js'
import type { Value } from '../../graph/value.js'
import { printShape, type Shape, sizeOf } from '../../tensor/shape.js'
import { defineOperation, type Primitive } from '../define.js'

/** The same elements in another shape; one size may be -1 and follows from the others. */
export const reshape: Primitive<[x: Value], { shape: Shape }> = defineOperation({
  name: 'reshape',
  type: ([x], { shape }) => {
    const size = sizeOf(x!.shape)
    const known = sizeOf(shape.filter((part) => part !== -1))
    const resolved = shape.map((part) => (part === -1 ? size / known : part))
    const isPossible =
      shape.filter((part) => part === -1).length <= 1 &&
      resolved.every((part) => Number.isInteger(part) && part >= 0) &&
      sizeOf(resolved) === size
    if (!isPossible) {
      throw new ShapeError(
        `${printShape(x!.shape)} has ${size} elements and cannot become ${printShape(shape)}`,
      )
    }
    return { dtype: x!.dtype, shape: resolved }
  },
  gradient: ({ inputs: [x], upstream }, { reshape }) => [reshape(upstream, { shape: x!.shape })],
  onnx: ({ inputs: [x], outputTypes: [type] }, emit) =>
    emit.node('Reshape', [x!, emit.integers(type!.shape)], { allowzero: 1 }),
})
