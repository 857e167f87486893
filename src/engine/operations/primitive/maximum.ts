import { type Binary, defineOperation } from '../define.js'
import { broadcastType } from '../types.js'

/** The larger of a and b, element by element, with broadcasting; a gets the gradient of a tie. */
export const maximum: Binary = defineOperation({
  name: 'maximum',
  type: broadcastType,
  gradient: ({ inputs: [a, b], upstream }, { greaterOrEqual, where }) => {
    const isFirst = greaterOrEqual(a!, b!)
    return [where(isFirst, upstream, 0), where(isFirst, 0, upstream)]
  },
  onnx: 'Max',
})
