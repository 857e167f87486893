import { defineOperation, type Unary } from '../define.js'
import { sameType } from '../types.js'

/** x with the other sign, element by element. */
export const neg: Unary = defineOperation({
  name: 'neg',
  type: sameType,
  gradient: ({ upstream }, { neg }) => [neg(upstream)],
  onnx: 'Neg',
})
