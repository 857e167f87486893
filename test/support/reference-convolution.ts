/**
 * Convolutions and average pooling as products with 0/1 matrices, one pair for each place of the
 * kernel: slow, in any dtype, and with gradients that follow from those of products alone.
 */

import { constant } from '../../src/engine/graph/graph.js'
import type { Value } from '../../src/engine/graph/value.js'
import { add, concat, div, matmul, reshape, slice } from '../../src/engine/operations/index.js'
import { tensorOf } from '../../src/engine/tensor/tensor.js'

type Pair = readonly [number, number]

interface ReferenceWindow {
  readonly kernel: Pair
  readonly strides: Pair
  readonly padding: readonly [number, number, number, number]
  readonly dilations: Pair
}

/** [outputs, inputs]: 1 where a place of the kernel, at an output, meets an input. */
const selection = (
  axis: 0 | 1,
  place: number,
  outputs: number,
  inputs: number,
  { strides, padding, dilations }: ReferenceWindow,
): Value => {
  const values: number[] = []
  for (let output = 0; output < outputs; output++) {
    for (let input = 0; input < inputs; input++) {
      const met = output * strides[axis] - padding[axis] + place * dilations[axis]
      values.push(Number(met === input))
    }
  }
  return constant(tensorOf('float64', values, [outputs, inputs]))
}

const outputSize = (axis: 0 | 1, size: number, window: ReferenceWindow): number => {
  const { kernel, strides, padding, dilations } = window
  const reach = dilations[axis] * (kernel[axis] - 1) + 1
  return Math.floor((size + padding[axis] + padding[axis + 2]! - reach) / strides[axis]) + 1
}

const places = ([height, width]: Pair): Pair[] =>
  Array.from({ length: height * width }, (_, index) => [Math.floor(index / width), index % width])

const total = (values: readonly Value[]): Value => values.reduce((sum, value) => add(sum, value))

/** The matrix of one place of the kernel: [filters, channels]. */
const matrixOf = (weights: Value, [row, column]: Pair): Value => {
  const band = slice(weights, { axis: 2, start: row, end: row + 1 })
  const place = slice(band, { axis: 3, start: column, end: column + 1 })
  return reshape(place, { shape: weights.shape.slice(0, 2) })
}

/** matrix · x over the channels of [batch, channels, rows, columns]. */
const mixChannels = (matrix: Value, x: Value, transposeA: boolean): Value => {
  const [batch, channels, rows, columns] = x.shape as [number, number, number, number]
  const flat = reshape(x, { shape: [batch, channels, rows * columns] })
  return reshape(matmul(matrix, flat, { transposeA }), { shape: [batch, -1, rows, columns] })
}

const byGroup = (
  x: Value,
  weights: Value,
  groups: number,
  apply: (x: Value, weights: Value) => Value,
): Value => {
  const part = (value: Value, axis: number, group: number) => {
    const size = value.shape[axis]! / groups
    return slice(value, { axis, start: group * size, end: (group + 1) * size })
  }
  const parts = Array.from({ length: groups }, (_, group) =>
    apply(part(x, 1, group), part(weights, 0, group)),
  )
  return groups === 1 ? parts[0]! : concat(...parts, { axis: 1 })
}

export const referenceConv = (
  x: Value,
  weights: Value,
  window: ReferenceWindow,
  groups = 1,
): Value =>
  byGroup(x, weights, groups, (picture, filters) => {
    const [rows, columns] = picture.shape.slice(2) as [number, number]
    const [height, width] = [outputSize(0, rows, window), outputSize(1, columns, window)]
    return total(
      places(window.kernel).map((place) => {
        const picked = matmul(selection(0, place[0], height, rows, window), picture)
        const met = matmul(picked, selection(1, place[1], width, columns, window), {
          transposeB: true,
        })
        return mixChannels(matrixOf(filters, place), met, false)
      }),
    )
  })

/** The transposed map; `size` is that of the picture it makes. */
export const referenceConvTranspose = (
  x: Value,
  weights: Value,
  [height, width]: Pair,
  window: ReferenceWindow,
  groups = 1,
): Value =>
  byGroup(x, weights, groups, (picture, filters) => {
    const [rows, columns] = picture.shape.slice(2) as [number, number]
    return total(
      places(window.kernel).map((place) => {
        const mixed = mixChannels(matrixOf(filters, place), picture, true)
        const spread = matmul(selection(0, place[0], rows, height, window), mixed, {
          transposeA: true,
        })
        return matmul(spread, selection(1, place[1], columns, width, window))
      }),
    )
  })

export const referenceAveragePool = (x: Value, window: ReferenceWindow): Value => {
  const [rows, columns] = x.shape.slice(2) as [number, number]
  const [height, width] = [outputSize(0, rows, window), outputSize(1, columns, window)]
  const along = (axis: 0 | 1, outputs: number, inputs: number) =>
    total(
      Array.from({ length: window.kernel[axis] }, (_, place) =>
        selection(axis, place, outputs, inputs, window),
      ),
    )
  const [tall, wide] = [along(0, height, rows), along(1, width, columns)]
  const ones = constant(
    tensorOf(
      'float64',
      Array.from({ length: rows * columns }, () => 1),
      [rows, columns],
    ),
  )
  const pool = (value: Value) => matmul(matmul(tall, value), wide, { transposeB: true })
  return div(pool(x), pool(ones))
}
