import { defineOperation, type Unary } from '../define.js'
import { sameType } from '../types.js'

/** Whether x is false, element by element. */
export const logicalNot: Unary = defineOperation({
  name: 'logicalNot',
  type: sameType,
  gradient: 'none',
  onnx: 'Not',
})
