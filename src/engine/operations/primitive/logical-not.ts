import { defineOperation, type Unary } from '../define.js'
import { logicalType } from '../types.js'

/** Whether x is false, element by element. */
export const logicalNot: Unary = defineOperation({
  name: 'logicalNot',
  type: logicalType,
  gradient: 'none',
  onnx: 'Not',
})
