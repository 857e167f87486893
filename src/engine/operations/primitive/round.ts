import { defineOperation, type Unary } from '../define.js'
import { sameType } from '../types.js'

/** The nearest whole number, halves to the even one, element by element. It has no gradient. */
export const round: Unary = defineOperation({
  name: 'round',
  type: sameType,
  gradient: 'none',
  onnx: 'Round',
})
