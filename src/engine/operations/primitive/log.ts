import { defineOperation, type Unary } from '../define.js'
import { sameFloatType } from '../types.js'

/** The natural logarithm of x, element by element. */
export const log: Unary = defineOperation({
  name: 'log',
  type: sameFloatType,
  gradient: ({ inputs: [x], upstream }, { div }) => [div(upstream, x!)], // d(ln x) = dx / x
  onnx: 'Log',
})
