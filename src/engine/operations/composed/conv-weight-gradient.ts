import type { Value } from '../../graph/value.js'
import { ofRank } from '../../tensor/shape.js'
import { concat } from '../primitive/concat.js'
import { matmul } from '../primitive/matmul.js'
import { pad } from '../primitive/pad.js'
import { reshape } from '../primitive/reshape.js'
import { slice } from '../primitive/slice.js'
import { sum } from '../primitive/sum.js'
import { transpose } from '../primitive/transpose.js'
import { type Pair, resolveWindow, type Window } from '../window.js'

interface ConvWeightGradient extends Window {
  /** The height and width of the filters. */
  readonly kernel: Pair
  readonly groups?: number
}

/**
 * From how many places a picture on, one product a picture is faster than one for all of them: 50
 * against 106 ms for 32 pictures of 32 × 32, 34 against 13 ms for 8 × 8.
 */
const largePicture = 512

/** Pictures as they lie, one product for each: [batch, groups, channels / groups, places]. */
const byPicture = (x: Value, upstream: Value, groups: number) => {
  const [batch, , rows, columns] = ofRank(upstream.shape, 4)
  const split = (value: Value) =>
    reshape(value, {
      shape: [batch, groups, value.shape[1]! / groups, rows * columns],
    })
  const outputs = split(upstream)
  return {
    pictures: x,
    rowAxis: 2,
    product: (met: Value) => sum(matmul(outputs, split(met), { transposeB: true }), { axes: [0] }),
  }
}

/** Channels last, one product for all pictures: [batch · places, channels]. */
const overBatch = (x: Value, upstream: Value) => {
  const axes = [0, 2, 3, 1]
  const flat = (value: Value) => reshape(value, { shape: [-1, value.shape[3]!] })
  const outputs = flat(transpose(upstream, { axes }))
  return {
    pictures: transpose(x, { axes }),
    rowAxis: 1,
    product: (met: Value) => matmul(outputs, flat(met), { transposeA: true }),
  }
}

/**
 * The gradient of the weights of `conv(x, weights)`: x [batch, channels, rows, columns] and upstream
 * [batch, filters, rows', columns'] → [filters, channels / groups, height, width]. A product for
 * each place of the kernel, two to three times as fast as a convolution over the batch.
 */
export const convWeightGradient = (
  x: Value,
  upstream: Value,
  { kernel, groups = 1, ...window }: ConvWeightGradient,
): Value => {
  const { strides, padding, dilations } = resolveWindow(window)
  const [, filters, rows, columns] = ofRank(upstream.shape, 4)
  const depth = x.shape[1]! / groups
  const { pictures, rowAxis, product } =
    groups > 1 || rows * columns >= largePicture
      ? byPicture(x, upstream, groups)
      : overBatch(x, upstream)
  const around = (top: number, left: number) =>
    [0, 0, 0, 0].with(rowAxis, top).with(rowAxis + 1, left)
  const padded = pad(pictures, {
    before: around(padding[0], padding[1]),
    after: around(padding[2], padding[3]),
  })
  /** The rows or columns that one place of the kernel meets. */
  const meet = (value: Value, axis: 0 | 1, place: number, count: number) => {
    const start = place * dilations[axis]
    const end = start + (count - 1) * strides[axis] + 1
    return slice(value, { axis: rowAxis + axis, start, end, step: strides[axis] })
  }
  const parts: Value[] = []
  for (let row = 0; row < kernel[0]; row++) {
    const band = meet(padded, 0, row, rows)
    for (let column = 0; column < kernel[1]; column++) {
      parts.push(reshape(product(meet(band, 1, column, columns)), { shape: [filters, depth, 1] }))
    }
  }
  return reshape(concat(...parts, { axis: 2 }), { shape: [filters, depth, ...kernel] })
}
