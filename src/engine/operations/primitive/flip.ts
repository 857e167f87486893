import type { Value } from '../../graph/value.js'
import { defineOperation, type Primitive } from '../define.js'
import { sameTypeAlong } from '../types.js'

/** x with the order of its elements along one axis reversed. */
export const flip: Primitive<[x: Value], { axis: number }> = defineOperation({
  name: 'flip',
  type: sameTypeAlong,
  gradient: ({ upstream, attributes }, { flip }) => [flip(upstream, attributes)],
  onnx: ({ inputs: [x], attributes: { axis } }, emit) => {
    const one = (value: number) => emit.integers([value])
    // ONNX clamps the end; the smallest one stops after element 0.
    return emit.node('Slice', [x!, one(-1), one(-(2 ** 31)), one(axis), one(-1)])
  },
})
