import type { Value } from '../../graph/value.js'
import { defineOperation, type Primitive } from '../define.js'
import { sameFloatTypeAlong } from '../types.js'

/** eˣ / Σ eˣ along the axis (the last when left out): positive numbers with the sum 1. */
export const softmax: Primitive<[x: Value], { axis?: number }> = defineOperation({
  name: 'softmax',
  type: sameFloatTypeAlong,
  gradient: ({ output, upstream, attributes: { axis = -1 } }, { mul, sub, sum }) => {
    // dx = y (dy - Σ y dy)
    const weighted = mul(output, upstream)
    return [sub(weighted, mul(output, sum(weighted, { axes: [axis], keepAxes: true })))]
  },
  onnx: ({ inputs, attributes: { axis = -1 } }, emit) => emit.node('Softmax', inputs, { axis }),
})
