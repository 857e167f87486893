import { defineOperation, type Unary } from '../define.js'
import { sameType } from '../types.js'

/** The largest whole number that is not above x, element by element. It has no gradient. */
export const floor: Unary = defineOperation({
  name: 'floor',
  type: sameType,
  gradient: 'none',
  onnx: 'Floor',
})
