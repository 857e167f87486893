import { constant } from '../../graph/graph.js'
import { locateError } from '../../graph/scope.js'
import type { Value } from '../../graph/value.js'
import { ofRank } from '../../tensor/shape.js'
import { tensorOf } from '../../tensor/tensor.js'
import { type Pooling, poolingType, resolvePooling } from '../pooling.js'
import { add } from '../primitive/add.js'
import { argMax } from '../primitive/arg-max.js'
import { concat } from '../primitive/concat.js'
import { gather } from '../primitive/gather.js'
import { pad } from '../primitive/pad.js'
import { reshape } from '../primitive/reshape.js'
import { slice } from '../primitive/slice.js'
import { requireFloat } from '../types.js'

const range = (count: number, step = 1, start = 0) =>
  Array.from({ length: count }, (_, index) => start + index * step)

/**
 * The int64 positions in the flattened x of the elements that `maxPool` chooses, the first of equal
 * ones. As fast as the kernel that gives positions, which WebGPU does not have.
 */
export const maxPoolIndices = (x: Value, attributes: Pooling): Value => {
  try {
    requireFloat(x.type)
    const [batch, channels, rows, columns] = ofRank(poolingType([x.type], attributes).shape, 4)
    const { size, strides, padding } = resolvePooling(attributes)
    const [, , height, width] = ofRank(x.shape, 4)
    const padded = pad(x, {
      before: [0, 0, padding[0], padding[1]],
      after: [0, 0, padding[2], padding[3]],
      value: -Infinity,
    })
    const reach = (value: Value, axis: 0 | 1, place: number, count: number) =>
      slice(value, {
        axis: axis + 2,
        start: place,
        end: place + (count - 1) * strides[axis] + 1,
        step: strides[axis],
      })
    // What each place of the window meets, stacked; the largest one's place is its offset.
    const met = range(size[0]).flatMap((row) => {
      const band = reach(padded, 0, row, rows)
      return range(size[1]).map((column) =>
        reshape(reach(band, 1, column, columns), { shape: [1, batch, channels, rows, columns] }),
      )
    })
    const place = argMax(concat(...met, { axis: 0 }), { axis: 0 })
    const whole = (values: readonly number[], shape: readonly number[]) =>
      constant(tensorOf('int64', values, shape))
    const offsets = range(size[0]).flatMap((row) => range(size[1], 1, row * width))
    const planes = whole(range(batch * channels, height * width), [batch, channels, 1, 1])
    const tops = whole(range(rows, strides[0] * width, -padding[0] * width), [rows, 1])
    const lefts = whole(range(columns, strides[1], -padding[1]), [columns])
    const corner = add(planes, add(tops, lefts))
    return add(gather(whole(offsets, [offsets.length]), place), corner)
  } catch (error) {
    throw locateError(error, 'maxPoolIndices')
  }
}
