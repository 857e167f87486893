import { type Binary, defineOperation } from '../define.js'
import { comparisonType } from '../types.js'

/** Where a ≥ b, element by element, with broadcasting: a tensor of truth values. */
export const greaterOrEqual: Binary = defineOperation({
  name: 'greaterOrEqual',
  type: comparisonType,
  gradient: 'none',
  onnx: 'GreaterOrEqual',
})
