import { defineOperation, type Unary } from '../define.js'
import { sameFloatType } from '../types.js'

/** The cosine of x in radians, element by element. */
export const cos: Unary = defineOperation({
  name: 'cos',
  type: sameFloatType,
  gradient: ({ inputs: [x], upstream }, { mul, neg, sin }) => [mul(upstream, neg(sin(x!)))],
  onnx: 'Cos',
})
