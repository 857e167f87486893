import { type Binary, defineOperation } from '../define.js'
import { comparisonType } from '../types.js'

/** Whether a or b is true, element by element, with broadcasting. */
export const logicalOr: Binary = defineOperation({
  name: 'logicalOr',
  type: comparisonType,
  gradient: 'none',
  onnx: 'Or',
})
