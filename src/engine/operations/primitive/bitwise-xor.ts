import { type Binary, defineOperation } from '../define.js'
import { bitsType } from '../types.js'

/** The bits in which a and b differ, element by element, with broadcasting; integers only. */
export const bitwiseXor: Binary = defineOperation({
  name: 'bitwiseXor',
  type: bitsType,
  gradient: 'none',
  onnx: 'BitwiseXor',
})
