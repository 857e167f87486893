import { defineOperation, type Unary } from '../define.js'
import { sameFloatType } from '../types.js'

/** e to the power x, element by element. */
export const exp: Unary = defineOperation({
  name: 'exp',
  type: sameFloatType,
  gradient: ({ output, upstream }, { mul }) => [mul(upstream, output)], // d(eˣ) = eˣ dx
  onnx: 'Exp',
})
