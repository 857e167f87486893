import { defineOperation, type Unary } from '../define.js'
import { sameFloatType } from '../types.js'

/** The hyperbolic tangent of x, element by element. */
export const tanh: Unary = defineOperation({
  name: 'tanh',
  type: sameFloatType,
  gradient: ({ output, upstream }, { mul, sub }) => [
    mul(upstream, sub(1, mul(output, output))), // d(tanh x) = (1 - tanh² x) dx
  ],
  onnx: 'Tanh',
})
