import { type Binary, defineOperation } from '../define.js'
import { comparisonType } from '../types.js'

/** Where a < b, element by element, with broadcasting: a tensor of truth values. */
export const less: Binary = defineOperation({
  name: 'less',
  type: comparisonType,
  gradient: 'none',
  onnx: 'Less',
})
