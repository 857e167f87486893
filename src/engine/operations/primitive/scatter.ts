import { ShapeError } from '../../../errors.js'
import type { Value } from '../../graph/value.js'
import { isSameShape, printShape } from '../../tensor/shape.js'
import { defineOperation, type Primitive } from '../define.js'
import { requireFittingIndices, requireSameDType } from '../types.js'

interface Scatter {
  readonly axis: number
  /** `'add'` adds to what is there, duplicates included; without it, indices must not repeat. */
  readonly reduction?: 'none' | 'add'
}

/** x with updates written, or added, where the indices point along the axis. */
export const scatter: Primitive<[x: Value, indices: Value, updates: Value], Scatter> =
  defineOperation({
    name: 'scatter',
    type: ([x, indices, updates], { axis }) => {
      requireSameDType([x!, updates!])
      if (!isSameShape(indices!.shape, updates!.shape)) {
        throw new ShapeError(
          `indices ${printShape(indices!.shape)} and updates ${printShape(updates!.shape)} differ`,
        )
      }
      requireFittingIndices(x!, indices!, axis)
      return x!
    },
    gradient: (
      { inputs: [, indices, updates], upstream, attributes: { axis, reduction } },
      { fill, gatherElements, scatter },
    ) => [
      reduction === 'add'
        ? upstream
        : scatter(upstream, indices!, fill(updates!.type, 0), { axis }),
      undefined,
      gatherElements(upstream, indices!, { axis }),
    ],
    onnx: ({ inputs, attributes: { axis, reduction = 'none' } }, emit) =>
      emit.node('ScatterElements', inputs, { axis, reduction }),
  })
