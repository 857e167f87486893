import { ShapeError } from '../../../errors.js'
import type { Value } from '../../graph/value.js'
import { printShape, resolveAxis } from '../../tensor/shape.js'
import { defineOperation, type Primitive } from '../define.js'
import { requireInteger } from '../types.js'

/** Element by element, the element of x whose position along the axis the index names. */
export const gatherElements: Primitive<[x: Value, indices: Value], { axis: number }> =
  defineOperation({
    name: 'gatherElements',
    type: ([x, indices], { axis }) => {
      requireInteger(indices!)
      const resolved = resolveAxis(axis, x!.shape.length)
      if (
        indices!.shape.length !== x!.shape.length ||
        indices!.shape.some((size, other) => other !== resolved && size > x!.shape[other]!)
      ) {
        throw new ShapeError(
          `the indices ${printShape(indices!.shape)} do not fit ${printShape(x!.shape)} ` +
            `outside of axis ${resolved}`,
        )
      }
      return { dtype: x!.dtype, shape: indices!.shape }
    },
    gradient: ({ inputs: [x, indices], upstream, attributes: { axis } }, { fill, scatter }) => [
      scatter(fill(x!.type, 0), indices!, upstream, { axis, reduction: 'add' }),
    ],
    onnx: ({ inputs, attributes: { axis } }, emit) => emit.node('GatherElements', inputs, { axis }),
  })
