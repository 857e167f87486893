import { type Binary, defineOperation } from '../define.js'
import { comparisonType } from '../types.js'

/** Where a > b, element by element, with broadcasting: a tensor of truth values. */
export const greater: Binary = defineOperation({
  name: 'greater',
  type: comparisonType,
  gradient: 'none',
  onnx: 'Greater',
})
