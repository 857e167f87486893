import type { Value } from '../../graph/value.js'
import { defineOperation, type Primitive } from '../define.js'
import { sameFloatTypeAlong } from '../types.js'

/** The logarithm of softmax along the axis (the last when left out), without overflow. */
export const logSoftmax: Primitive<[x: Value], { axis?: number }> = defineOperation({
  name: 'logSoftmax',
  type: sameFloatTypeAlong,
  gradient: ({ output, upstream, attributes: { axis = -1 } }, { exp, mul, sub, sum }) => [
    // dx = dy - softmax(x) Σ dy
    sub(upstream, mul(exp(output), sum(upstream, { axes: [axis], keepAxes: true }))),
  ],
  onnx: ({ inputs, attributes: { axis = -1 } }, emit) => emit.node('LogSoftmax', inputs, { axis }),
})
