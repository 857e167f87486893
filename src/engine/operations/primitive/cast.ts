import type { Value } from '../../graph/value.js'
import { type DType, isFloat } from '../../tensor/dtype.js'
import { defineOperation, type Primitive } from '../define.js'
import { onnxDataTypes } from '../onnx-data-types.js'

/** x in another dtype; from floating point to integers, fractions are cut off. */
export const cast: Primitive<[x: Value], { to: DType }> = defineOperation({
  name: 'cast',
  type: ([x], { to }) => ({ dtype: to, shape: x!.shape }),
  gradient: ({ inputs: [x], output, upstream }, { cast }) => [
    isFloat(x!.dtype) && isFloat(output.dtype) ? cast(upstream, { to: x!.dtype }) : undefined,
  ],
  onnx: ({ inputs, attributes: { to } }, emit) =>
    emit.node('Cast', inputs, { to: onnxDataTypes[to] }),
})
