import { constant } from '../../graph/graph.js'
import type { Value } from '../../graph/value.js'
import { isSameShape, ofRank } from '../../tensor/shape.js'
import { tensorOf } from '../../tensor/tensor.js'
import { defineOperation, type Primitive } from '../define.js'
import { type Pooling, poolingAttributes, poolingType, resolvePooling } from '../pooling.js'
import { requireFloat32 } from '../types.js'
import type { Pair } from '../window.js'

/** How many elements, padding aside, each of the windows along an axis covers. */
const coverage = (attributes: Pooling, picture: Pair, windows: Pair, axis: 0 | 1): number[] => {
  const { size, strides, padding } = resolvePooling(attributes)
  return Array.from({ length: windows[axis] }, (_, place) => {
    const start = place * strides[axis] - padding[axis]
    return Math.min(start + size[axis], picture[axis]) - Math.max(start, 0)
  })
}

/** The mean of the elements under each place of a window, padding aside; float32 only. */
export const averagePool: Primitive<[x: Value], Pooling> = defineOperation({
  name: 'averagePool',
  type: (inputs, attributes) => {
    requireFloat32(inputs[0]!)
    return poolingType(inputs, attributes)
  },
  gradient: (
    { inputs: [x], upstream, attributes },
    { convTranspose, div, fill, mul, pad, reshape, upsample },
  ) => {
    const { size, strides, padding } = resolvePooling(attributes)
    const [batch, channels, ...picture] = ofRank(x!.shape, 4)
    const windows = [upstream.shape[2]!, upstream.shape[3]!] as const
    const isPadded = padding.some((count) => count > 0)
    const rest = (axis: 0 | 1) =>
      picture[axis] +
      padding[axis] +
      padding[axis + 2]! -
      (windows[axis] - 1) * strides[axis] -
      size[axis]
    if (!isPadded && isSameShape(size, strides)) {
      const spread = upsample(mul(upstream, 1 / (size[0] * size[1])), { factor: size })
      return [pad(spread, { before: [0, 0, 0, 0], after: [0, 0, rest(0), rest(1)] })]
    }
    const covered = (axis: 0 | 1) => coverage(attributes, picture, windows, axis)
    const [rows, columns] = [covered(0), covered(1)]
    const counts = constant(
      tensorOf(
        'float32',
        rows.flatMap((row) => columns.map((column) => row * column)),
        windows,
      ),
    )
    const shares = reshape(div(upstream, counts), { shape: [batch * channels, 1, ...windows] })
    const ones = fill({ dtype: 'float32', shape: [1, 1, ...size] }, 1)
    const outputPadding = [rest(0), rest(1)] as const
    return [
      reshape(convTranspose(shares, ones, { strides, padding, outputPadding }), {
        shape: x!.shape,
      }),
    ]
  },
  onnx: ({ inputs, attributes }, emit) =>
    emit.node('AveragePool', inputs, poolingAttributes(attributes)),
})
