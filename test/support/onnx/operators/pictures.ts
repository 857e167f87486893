/** Convolutions, pools and resizing as ONNX has them, with their ways to name sizes. */

import type { Value } from '../../../../src/engine/graph/value.js'
import * as o from '../../../../src/engine/operations/index.js'
import { numbersOf } from '../../../../src/engine/tensor/tensor.js'
import { type Attributes, type OnnxOperator, type OnnxOperators, refuse } from '../node.js'

/** Padding and size of a window, from explicit pads or the rules of `auto_pad`. */
const windowOf = (x: Value, attributes: Attributes, size: readonly number[]) => {
  const picture = x.shape.slice(2)
  if (picture.length !== 2) refuse('windows move over two axes only')
  if (attributes.flag('ceil_mode')) refuse('a window never reaches beyond the padding')
  const pair = (name: string) => (attributes.list(name) ?? [1, 1]) as [number, number]
  const [strides, dilations] = [pair('strides'), pair('dilations')]
  let padding = (attributes.list('pads') ?? [0, 0, 0, 0]) as [number, number, number, number]
  const automatic = attributes.text('auto_pad', 'NOTSET')
  if (automatic.startsWith('SAME')) {
    const totals = picture.map((length, axis) => {
      const steps = Math.ceil(length / strides[axis]!) - 1
      return Math.max(steps * strides[axis]! + (size[axis]! - 1) * dilations[axis]! + 1 - length, 0)
    })
    const small = totals.map((total) => Math.floor(total / 2))
    const large = totals.map((total) => Math.ceil(total / 2))
    padding = (automatic === 'SAME_UPPER' ? [...small, ...large] : [...large, ...small]) as never
  }
  return { strides, dilations, padding }
}

const pool =
  (operation: (x: Value, pooling: Parameters<typeof o.maxPool>[1]) => Value): OnnxOperator =>
  ([x], attributes) => {
    const size = attributes.list('kernel_shape') as [number, number]
    const { dilations, ...window } = windowOf(x!.value, attributes, size)
    if (dilations.some((step) => step > 1)) refuse('pools have no dilations')
    if (attributes.flag('count_include_pad') && window.padding.some((count) => count > 0)) {
      refuse('the mean of a pool leaves the padding out')
    }
    return operation(x!.value, { ...window, size })
  }

const conv: OnnxOperator = ([x, weights], attributes) =>
  o.conv(x!.value, weights!.value, {
    ...windowOf(x!.value, attributes, weights!.value.shape.slice(2)),
    groups: attributes.number('group', 1),
  })

const convTranspose: OnnxOperator = ([x, weights], attributes) => {
  const picture = x!.value.shape.slice(2)
  const kernel = weights!.value.shape.slice(2)
  if (picture.length !== 2) refuse('windows move over two axes only')
  const pair = (name: string, otherwise: number) =>
    (attributes.list(name) ?? [otherwise, otherwise]) as [number, number]
  const [strides, dilations] = [pair('strides', 1), pair('dilations', 1)]
  const outputPadding = pair('output_padding', 0)
  let padding = attributes.list('pads') ?? [0, 0, 0, 0]
  const same = attributes.text('auto_pad').startsWith('SAME')
    ? picture.map((length, axis) => length * strides[axis as 0 | 1])
    : undefined
  const target = attributes.list('output_shape') ?? same
  if (target !== undefined) {
    const totals = target.map((length, axis) => {
      const place = axis as 0 | 1
      const reach = (kernel[axis]! - 1) * dilations[place] + 1
      return strides[place] * (picture[axis]! - 1) + outputPadding[place] + reach - length
    })
    // A negative padding is rows and columns that the map does not reach.
    if (totals.some((total) => total < 0)) refuse('the output is as large as the window reaches')
    padding = [
      ...totals.map((total) => Math.floor(total / 2)),
      ...totals.map((total) => Math.ceil(total / 2)),
    ]
  }
  return o.convTranspose(x!.value, weights!.value, {
    strides,
    dilations,
    outputPadding,
    padding: padding as [number, number, number, number],
    groups: attributes.number('group', 1),
  })
}

const resize: OnnxOperator = ([x, , scales, sizes], attributes) => {
  const { shape } = x!.value
  const mode = attributes.text('mode', 'nearest')
  const coordinates = attributes.text('coordinate_transformation_mode', 'half_pixel')
  if (attributes.flag('antialias')) refuse('shrinking does not smooth')
  if (attributes.text('keep_aspect_ratio_policy', 'stretch') !== 'stretch') {
    refuse('sizes are taken as they are')
  }
  const axes = attributes.list('axes') ?? shape.map((_, axis) => axis)
  const target = [...shape]
  const named = sizes ?? scales
  numbersOf(named!.tensor).forEach((number, index) => {
    const axis = axes[index]!
    target[axis] = sizes === undefined ? Math.floor(shape[axis]! * number) : number
  })
  const size = [target[2]!, target[3]!] as const
  const factor = [size[0] / shape[2]!, size[1] / shape[3]!] as const
  const isExact =
    scales === undefined ||
    numbersOf(scales.tensor).every((scale, index) => {
      const axis = axes[index]!
      return shape[axis]! * scale === target[axis]
    })
  if (mode === 'linear' && coordinates === 'half_pixel' && isExact) {
    return o.resizeBilinear(x!.value, { size })
  }
  const isWhole = factor.every((part) => Number.isInteger(part))
  const nearest = attributes.text('nearest_mode', 'round_prefer_floor')
  if (
    mode === 'nearest' &&
    isWhole &&
    isExact &&
    nearest !== 'ceil' &&
    coordinates === 'half_pixel'
  ) {
    return o.upsample(x!.value, { factor })
  }
  return refuse('pictures grow by whole factors, or bilinearly around half pixels')
}

export const pictures: OnnxOperators = {
  AveragePool: pool(o.averagePool),
  Conv: conv,
  ConvTranspose: convTranspose,
  DepthToSpace: ([x], attributes) =>
    o.depthToSpace(x!.value, { size: attributes.number('blocksize') }),
  GlobalMaxPool: ([x]) => o.max(x!.value, { axes: [2, 3], keepAxes: true }),
  MaxPool: (inputs, attributes, outputs) => {
    const result = pool(o.maxPool)(inputs, attributes, outputs) as Value
    if (outputs === 1) return result
    if (attributes.flag('storage_order')) refuse('positions count row by row')
    return [result, pool(o.maxPoolIndices)(inputs, attributes, outputs) as Value]
  },
  Resize: resize,
  SpaceToDepth: ([x], attributes) =>
    o.spaceToDepth(x!.value, { size: attributes.number('blocksize') }),
  Upsample: ([x, scales]) => {
    const [, , rows, columns] = numbersOf(scales!.tensor)
    return o.upsample(x!.value, { factor: [rows!, columns!] })
  },
}
