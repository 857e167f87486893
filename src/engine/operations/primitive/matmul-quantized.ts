import { ShapeError } from '../../../errors.js'
import type { Value } from '../../graph/value.js'
import { ofRank } from '../../tensor/shape.js'
import { printType } from '../../tensor/tensor.js'
import { defineOperation, type Primitive } from '../define.js'
import { type QuantizedAttributes, quantizedSizes } from '../quantized-operands.js'
import { requireFloat32 } from '../types.js'

/**
 * The kernel's way of computing: rows of x become 8-bit numbers as well, a scale for each block. It
 * is the only one that is fast on CPUs; others widen the whole matrix at every run.
 */
const wholeNumbers = 4

/**
 * x Wᵀ with a quantized matrix W: x [..., columns], codes [rows, blocks, bytes] and scales [rows,
 * blocks] → [..., rows]. The kernel is fast where codes and scales are constants of the graph.
 */
export const matmulQuantized: Primitive<
  [x: Value, codes: Value, scales: Value],
  QuantizedAttributes
> = defineOperation({
  name: 'matmulQuantized',
  type: ([x, codes, scales], attributes) => {
    requireFloat32(x!)
    const { rows } = quantizedSizes(codes!, scales!, attributes)
    const { columns } = attributes
    if (x!.shape.length < 2 || x!.shape.at(-1) !== columns) {
      throw new ShapeError(`expected [..., ${columns}], got ${printType(x!)}`)
    }
    return { dtype: 'float32', shape: [...x!.shape.slice(0, -1), rows] }
  },
  gradient: 'none',
  onnx: ({ inputs, inputTypes: [, codes], attributes: { bits, columns } }, emit) => {
    const [rows, , bytes] = ofRank(codes!.shape, 3)
    const blockSize = (bytes * 8) / bits
    const attributes = { K: columns, N: rows, bits, block_size: blockSize }
    return emit.node(
      'MatMulNBits',
      inputs,
      { ...attributes, accuracy_level: wholeNumbers },
      { domain: 'com.microsoft' },
    )
  },
})
