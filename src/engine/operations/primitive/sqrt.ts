import { defineOperation, type Unary } from '../define.js'
import { sameFloatType } from '../types.js'

/** The square root of x, element by element. */
export const sqrt: Unary = defineOperation({
  name: 'sqrt',
  type: sameFloatType,
  gradient: ({ output, upstream }, { div, mul }) => [div(upstream, mul(output, 2))], // d(√x) = dx / 2√x
  onnx: 'Sqrt',
})
