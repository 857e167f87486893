import { defineOperation, type Unary } from '../define.js'
import { sameFloatType } from '../types.js'

/** max(x, 0), element by element; its gradient at 0 is 0. */
export const relu: Unary = defineOperation({
  name: 'relu',
  type: sameFloatType,
  gradient: ({ output, upstream }, { mul, sign }) => [mul(upstream, sign(output))],
  onnx: 'Relu',
})
