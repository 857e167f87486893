import { type Binary, defineOperation } from '../define.js'
import { bitsType } from '../types.js'

/** a with its bits moved down by b places, with broadcasting; uint8 and uint32 only. */
export const shiftRight: Binary = defineOperation({
  name: 'shiftRight',
  type: bitsType,
  gradient: 'none',
  onnx: ({ inputs }, emit) => emit.node('BitShift', inputs, { direction: 'RIGHT' }),
})
