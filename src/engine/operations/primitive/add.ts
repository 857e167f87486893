import { type Binary, defineOperation } from '../define.js'
import { broadcastType } from '../types.js'

/** a + b, element by element, with broadcasting. */
export const add: Binary = defineOperation({
  name: 'add',
  type: broadcastType,
  gradient: ({ upstream }) => [upstream, upstream],
  onnx: 'Add',
})
