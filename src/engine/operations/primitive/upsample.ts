import { ShapeError } from '../../../errors.js'
import type { Value } from '../../graph/value.js'
import { ofRank, printShape } from '../../tensor/shape.js'
import { tensorOf } from '../../tensor/tensor.js'
import { defineOperation, type Primitive } from '../define.js'
import { type Pair, pairOf, requirePicture } from '../window.js'

/** Every row and column repeated: [batch, channels, rows, columns] → rows and columns × factor. */
export const upsample: Primitive<[x: Value], { factor: number | Pair }> = defineOperation({
  name: 'upsample',
  type: ([x], { factor }) => {
    requirePicture(x!.shape)
    const [rows, columns] = pairOf(factor)
    if (!Number.isInteger(rows) || !Number.isInteger(columns) || rows < 1 || columns < 1) {
      throw new ShapeError(
        `expected whole factors of at least 1, got ${printShape(pairOf(factor))}`,
      )
    }
    const [batch, channels, height, width] = x!.shape
    return { dtype: x!.dtype, shape: [batch!, channels!, height! * rows, width! * columns] }
  },
  gradient: (
    { inputs: [x], upstream, attributes: { factor } },
    { averagePool, mul, reshape, sum },
  ) => {
    const [rows, columns] = pairOf(factor)
    if (x!.dtype === 'float32') {
      return [mul(averagePool(upstream, { size: [rows, columns] }), rows * columns)]
    }
    const [batch, channels, height, width] = x!.shape
    const blocks = reshape(upstream, { shape: [batch!, channels!, height!, rows, width!, columns] })
    return [sum(blocks, { axes: [3, 5] })]
  },
  onnx: (
    { inputs: [x], inputTypes: [type], outputTypes: [output], attributes: { factor } },
    emit,
  ) => {
    const [rows, columns] = pairOf(factor)
    const [batch, channels, height, width] = ofRank(type!.shape, 4)
    if (type!.dtype === 'float32') {
      const scales = emit.constant(tensorOf('float32', [1, 1, rows, columns]))
      return emit.node('Resize', [x!, '', scales], {
        mode: 'nearest',
        coordinate_transformation_mode: 'asymmetric',
        nearest_mode: 'floor',
      })
    }
    // The kernel knows few dtypes; repeating new axes is 40 times as slow.
    const apart = [batch, channels, height, 1, width, 1]
    const repeated = [batch, channels, height, rows, width, columns]
    const blocks = emit.node('Expand', [
      emit.node('Reshape', [x!, emit.integers(apart)]),
      emit.integers(repeated),
    ])
    return emit.node('Reshape', [blocks, emit.integers(output!.shape)])
  },
})
