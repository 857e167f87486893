import { defineOperation, type Unary } from '../define.js'
import { sameFloatType } from '../types.js'

/** The sine of x in radians, element by element. */
export const sin: Unary = defineOperation({
  name: 'sin',
  type: sameFloatType,
  gradient: ({ inputs: [x], upstream }, { cos, mul }) => [mul(upstream, cos(x!))],
  onnx: 'Sin',
})
