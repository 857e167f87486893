import type { Value } from '../../graph/value.js'
import { defineOperation, type Primitive } from '../define.js'
import { requireFittingIndices } from '../types.js'

/** Element by element, the element of x whose position along the axis the index names. */
export const gatherElements: Primitive<[x: Value, indices: Value], { axis: number }> =
  defineOperation({
    name: 'gatherElements',
    type: ([x, indices], { axis }) => {
      requireFittingIndices(x!, indices!, axis)
      return { dtype: x!.dtype, shape: indices!.shape }
    },
    gradient: ({ inputs: [x, indices], upstream, attributes: { axis } }, { fill, scatter }) => [
      scatter(fill(x!.type, 0), indices!, upstream, { axis, reduction: 'add' }),
    ],
    onnx: ({ inputs, attributes: { axis } }, emit) => emit.node('GatherElements', inputs, { axis }),
  })
