import type { Value } from '../../graph/value.js'
import { resolveAxis } from '../../tensor/shape.js'
import { defineOperation, type Primitive } from '../define.js'

/** The int64 position of the largest element along the axis, the first one of equal ones. */
export const argMax: Primitive<[x: Value], { axis: number; keepAxes?: boolean }> = defineOperation({
  name: 'argMax',
  type: ([x], { axis, keepAxes = false }) => {
    const resolved = resolveAxis(axis, x!.shape.length)
    return {
      dtype: 'int64',
      shape: keepAxes ? x!.shape.with(resolved, 1) : x!.shape.toSpliced(resolved, 1),
    }
  },
  gradient: 'none',
  onnx: ({ inputs, attributes: { axis, keepAxes = false } }, emit) =>
    emit.node('ArgMax', inputs, { axis, keepdims: keepAxes ? 1 : 0 }),
})
