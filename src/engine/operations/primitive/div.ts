import { type Binary, defineOperation } from '../define.js'
import { broadcastType } from '../types.js'

/** a / b, element by element, with broadcasting. Integers are divided towards zero. */
export const div: Binary = defineOperation({
  name: 'div',
  type: broadcastType,
  gradient: ({ inputs: [, b], output, upstream }, { div, mul, neg }) => [
    div(upstream, b!),
    neg(div(mul(upstream, output), b!)), // d(a/b)/db = -(a/b)/b
  ],
  onnx: 'Div',
})
