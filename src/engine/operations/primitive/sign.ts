import { defineOperation, type Unary } from '../define.js'
import { sameType } from '../types.js'

/** -1, 0 or 1, element by element. It has no gradient. */
export const sign: Unary = defineOperation({
  name: 'sign',
  type: sameType,
  gradient: 'none',
  onnx: 'Sign',
})
