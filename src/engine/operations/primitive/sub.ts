import { type Binary, defineOperation } from '../define.js'
import { broadcastType } from '../types.js'

/** a - b, element by element, with broadcasting. */
export const sub: Binary = defineOperation({
  name: 'sub',
  type: broadcastType,
  gradient: ({ upstream }, { neg }) => [upstream, neg(upstream)],
  onnx: 'Sub',
})
