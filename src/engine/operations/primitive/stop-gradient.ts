import { defineOperation, type Unary } from '../define.js'
import { sameType } from '../types.js'

/** x itself, through which no gradient flows back. */
export const stopGradient: Unary = defineOperation({
  name: 'stopGradient',
  type: sameType,
  gradient: 'none',
  onnx: 'Identity',
})
