import type { Value } from '../../graph/value.js'
import { isSameShape, type Shape } from '../../tensor/shape.js'
import { reshape } from '../primitive/reshape.js'
import { sum } from '../primitive/sum.js'

/** x summed over the axes along which `shape` would be repeated to give the shape of x. */
export const sumTo = (x: Value, shape: Shape): Value => {
  if (isSameShape(x.shape, shape)) return x
  const added = x.shape.length - shape.length
  const axes = x.shape.flatMap((size, axis) =>
    axis < added || (shape[axis - added] === 1 && size !== 1) ? [axis] : [],
  )
  return reshape(axes.length === 0 ? x : sum(x, { axes }), { shape })
}
