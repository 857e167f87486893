import { defineOperation, type Unary } from '../define.js'
import { sameType } from '../types.js'

/** The absolute value of x, element by element; its gradient at 0 is 0. */
export const abs: Unary = defineOperation({
  name: 'abs',
  type: sameType,
  gradient: ({ inputs: [x], upstream }, { mul, sign }) => [mul(upstream, sign(x!))],
  onnx: 'Abs',
})
