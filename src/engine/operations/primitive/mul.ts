import { type Binary, defineOperation } from '../define.js'
import { broadcastType } from '../types.js'

/** a · b, element by element, with broadcasting. */
export const mul: Binary = defineOperation({
  name: 'mul',
  type: broadcastType,
  gradient: ({ inputs: [a, b], upstream }, { mul }) => [mul(upstream, b!), mul(upstream, a!)],
  onnx: 'Mul',
})
