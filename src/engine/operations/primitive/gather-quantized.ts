import { ShapeError } from '../../../errors.js'
import type { Value } from '../../graph/value.js'
import { ofRank } from '../../tensor/shape.js'
import { defineOperation, type Primitive } from '../define.js'
import { type QuantizedAttributes, quantizedSizes } from '../quantized-operands.js'
import { requireInteger } from '../types.js'

/**
 * Rows of a quantized matrix: ids [...], codes [rows, blocks, bytes] and scales [rows, blocks] →
 * [..., columns]. The columns have to be a multiple of the block size.
 */
export const gatherQuantized: Primitive<
  [ids: Value, codes: Value, scales: Value],
  QuantizedAttributes
> = defineOperation({
  name: 'gatherQuantized',
  type: ([ids, codes, scales], attributes) => {
    requireInteger(ids!)
    const { blockSize } = quantizedSizes(codes!, scales!, attributes)
    const { columns } = attributes
    if (columns % blockSize !== 0) {
      throw new ShapeError(`expected columns that are a multiple of ${blockSize}, got ${columns}`)
    }
    return { dtype: 'float32', shape: [...ids!.shape, columns] }
  },
  gradient: 'none',
  onnx: (
    { inputs: [ids, codes, scales], inputTypes: [, type], attributes: { bits, columns } },
    emit,
  ) => {
    const [rows, , bytes] = ofRank(type!.shape, 3)
    const table = emit.node('Reshape', [codes!, emit.integers([rows, (columns * bits) / 8])])
    return emit.node(
      'GatherBlockQuantized',
      [table, ids!, scales!],
      { bits, block_size: (bytes * 8) / bits, gather_axis: 0, quantize_axis: 1 },
      { domain: 'com.microsoft' },
    )
  },
})
