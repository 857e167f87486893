import { type Binary, defineOperation } from '../define.js'
import { logicalType } from '../types.js'

/** Whether both a and b are true, element by element, with broadcasting. */
export const logicalAnd: Binary = defineOperation({
  name: 'logicalAnd',
  type: logicalType,
  gradient: 'none',
  onnx: 'And',
})
