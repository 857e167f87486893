import { ShapeError } from '../../../errors.js'
import type { Value } from '../../graph/value.js'
import { broadcastShapes, isSameShape, printShape, type Shape } from '../../tensor/shape.js'
import { defineOperation, type Primitive } from '../define.js'

/** x repeated along its axes of size 1, and along new outer axes, to the given shape. */
export const expand: Primitive<[x: Value], { shape: Shape }> = defineOperation({
  name: 'expand',
  type: ([x], { shape }) => {
    if (!isSameShape(broadcastShapes(x!.shape, shape), shape)) {
      throw new ShapeError(`${printShape(x!.shape)} cannot be repeated to ${printShape(shape)}`)
    }
    return { dtype: x!.dtype, shape }
  },
  gradient: ({ inputs: [x], upstream }, { sumTo }) => [sumTo(upstream, x!.shape)],
  onnx: ({ inputs: [x], attributes: { shape } }, emit) =>
    emit.node('Expand', [x!, emit.integers(shape)]),
})
