import { type Binary, defineOperation } from '../define.js'
import { broadcastType } from '../types.js'

/** The smaller of a and b, element by element, with broadcasting; a gets the gradient of a tie. */
export const minimum: Binary = defineOperation({
  name: 'minimum',
  type: broadcastType,
  gradient: ({ inputs: [a, b], upstream }, { lessOrEqual, where }) => {
    const isFirst = lessOrEqual(a!, b!)
    return [where(isFirst, upstream, 0), where(isFirst, 0, upstream)]
  },
  onnx: 'Min',
})
