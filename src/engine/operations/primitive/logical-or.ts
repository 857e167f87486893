import { type Binary, defineOperation } from '../define.js'
import { logicalType } from '../types.js'

/** Whether a or b is true, element by element, with broadcasting. */
export const logicalOr: Binary = defineOperation({
  name: 'logicalOr',
  type: logicalType,
  gradient: 'none',
  onnx: 'Or',
})
