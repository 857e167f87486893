import { ShapeError } from '../../../errors.js'
import type { Value } from '../../graph/value.js'
import { printShape, resolveAxes } from '../../tensor/shape.js'
import { defineOperation, type Primitive } from '../define.js'

/** Output axis i is input axis `axes[i]`. */
export const transpose: Primitive<[x: Value], { axes: readonly number[] }> = defineOperation({
  name: 'transpose',
  type: ([x], { axes }) => {
    if (resolveAxes(axes, x!.shape.length).length !== x!.shape.length || axes.some((a) => a < 0)) {
      throw new ShapeError(
        `the axes ${printShape(axes)} are no permutation of the ${x!.shape.length} axes of ` +
          printShape(x!.shape),
      )
    }
    return { dtype: x!.dtype, shape: axes.map((axis) => x!.shape[axis]!) }
  },
  gradient: ({ upstream, attributes: { axes } }, { transpose }) => [
    transpose(upstream, { axes: axes.map((_, axis) => axes.indexOf(axis)) }),
  ],
  onnx: ({ inputs, attributes: { axes } }, emit) => emit.node('Transpose', inputs, { perm: axes }),
})
