import { type Binary, defineOperation } from '../define.js'
import { broadcastType } from '../types.js'

/** a to the power b, element by element, with broadcasting. The gradient of b needs a > 0. */
export const pow: Binary = defineOperation({
  name: 'pow',
  type: broadcastType,
  gradient: ({ inputs: [a, b], output, upstream }, { log, mul, pow, sub }) => [
    mul(upstream, mul(b!, pow(a!, sub(b!, 1)))), // d(aᵇ)/da = b aᵇ⁻¹
    mul(upstream, mul(output, log(a!))), // d(aᵇ)/db = aᵇ ln a
  ],
  onnx: 'Pow',
})
