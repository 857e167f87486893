/** Operators that move, pick and cast elements, with the ways in which ONNX names places. */

import * as o from '../../../../src/engine/operations/index.js'
import type { DType } from '../../../../src/engine/tensor/dtype.js'
import { resolveAxis, sizeOf } from '../../../../src/engine/tensor/shape.js'
import { numbersOf } from '../../../../src/engine/tensor/tensor.js'
import { type OnnxInput, type OnnxOperator, type OnnxOperators, refuse } from '../node.js'

const slice: OnnxOperator = ([x, starts, ends, axes, steps]) => {
  const list = (input: OnnxInput | undefined) =>
    input === undefined ? undefined : numbersOf(input.tensor)
  const [first, last] = [list(starts)!, list(ends)!]
  return first.reduce((value, start, index) => {
    const axis = list(axes)?.[index] ?? index
    const step = list(steps)?.[index] ?? 1
    const size = value.shape[resolveAxis(axis, value.shape.length)]!
    const place = (position: number) =>
      Math.min(Math.max(position < 0 ? position + size : position, -1), size)
    const [begin, end] = [Math.min(place(start), step < 0 ? size - 1 : size), place(last[index]!)]
    if (step > 0) {
      if (end <= begin) refuse('a tensor has at least one element')
      return o.slice(value, { axis, start: begin, end, step })
    }
    // Backwards: the same elements of the flipped axis.
    const flipped = o.flip(value, { axis })
    return o.slice(flipped, { axis, start: size - 1 - begin, end: size - 1 - end, step: -step })
  }, x!.value)
}

const scatterElements: OnnxOperator = ([x, indices, updates], attributes) => {
  const reduction = attributes.text('reduction', 'none')
  if (reduction !== 'none' && reduction !== 'add') refuse('scattering writes or adds')
  return o.scatter(x!.value, indices!.value, updates!.value, {
    axis: attributes.number('axis'),
    reduction: reduction as 'none' | 'add',
  })
}

const onnxDTypes: Readonly<Record<number, DType>> = {
  1: 'float32',
  6: 'int32',
  7: 'int64',
  9: 'bool',
  11: 'float64',
}

export const places: OnnxOperators = {
  Cast: ([x], attributes) => {
    const to = onnxDTypes[attributes.number('to')] ?? refuse('float16 is no dtype of the engine')
    return o.cast(x!.value, { to })
  },
  Concat: (inputs, attributes) =>
    o.concat(...inputs.map((input) => input!.value), { axis: attributes.number('axis') }),
  Expand: ([x, shape]) => {
    const target = numbersOf(shape!.tensor)
    const padded = [...target.map(() => 1), ...x!.value.shape].slice(-target.length)
    return o.expand(x!.value, {
      shape: target.map((size, axis) => (size === 1 ? padded[axis]! : size)),
    })
  },
  Flatten: ([x], attributes) => {
    const { shape } = x!.value
    const axis = attributes.number('axis', 1)
    const outer = shape.slice(0, axis < 0 ? axis + shape.length : axis)
    return o.reshape(x!.value, { shape: [sizeOf(outer), -1] })
  },
  Gather: ([x, indices], attributes) =>
    o.gather(x!.value, indices!.value, { axis: attributes.number('axis') }),
  GatherElements: ([x, indices], attributes) =>
    o.gatherElements(x!.value, indices!.value, { axis: attributes.number('axis') }),
  Identity: ([x]) => x!.value,
  OneHot: ([indices, depth, values], attributes) => {
    const classes = numbersOf(depth!.tensor)[0]!
    const [off, on] = numbersOf(values!.tensor) as [number, number]
    // Negative ids count from the end; other dtypes than integers are cast.
    const whole = o.cast(indices!.value, { to: 'int64' })
    const ids = o.where(o.less(whole, 0), o.add(whole, classes), whole)
    const hot = o.oneHot(ids, { classes, dtype: values!.tensor.dtype })
    const mixed = o.add(o.mul(hot, on - off), off)
    const rank = mixed.shape.length
    const target = resolveAxis(attributes.number('axis', -1), rank)
    const axes = Array.from({ length: rank - 1 }, (_, axis) => axis)
    return o.transpose(mixed, { axes: axes.toSpliced(target, 0, rank - 1) })
  },
  Pad: ([x, pads, value, axes], attributes) => {
    if (attributes.text('mode', 'constant') !== 'constant') refuse('padding is constant')
    const rank = x!.value.shape.length
    const named =
      axes === undefined ? x!.value.shape.map((_, axis) => axis) : numbersOf(axes.tensor)
    const counts = numbersOf(pads!.tensor)
    const before = new Array<number>(rank).fill(0)
    const after = new Array<number>(rank).fill(0)
    named.forEach((axis, index) => {
      before[resolveAxis(axis, rank)] = counts[index]!
      after[resolveAxis(axis, rank)] = counts[index + named.length]!
    })
    return o.pad(x!.value, {
      before,
      after,
      value: value === undefined ? 0 : numbersOf(value.tensor)[0]!,
    })
  },
  Reshape: ([x, shape], attributes) => {
    const isKept = !attributes.flag('allowzero')
    const target = numbersOf(shape!.tensor)
    return o.reshape(x!.value, {
      shape: target.map((size, axis) => (size === 0 && isKept ? x!.value.shape[axis]! : size)),
    })
  },
  Scatter: scatterElements,
  ScatterElements: scatterElements,
  Slice: slice,
  Split: ([x, sizes], attributes, outputs) => {
    const axis = attributes.number('axis')
    const size = x!.value.shape[resolveAxis(axis, x!.value.shape.length)]!
    const chunk = Math.ceil(size / outputs)
    const even = Array.from({ length: outputs }, (_, part) => Math.min(chunk, size - part * chunk))
    return o.split(x!.value, { axis, sizes: sizes === undefined ? even : numbersOf(sizes.tensor) })
  },
  Squeeze: ([x, axes]) => {
    const { shape } = x!.value
    const named = axes && numbersOf(axes.tensor).map((axis) => resolveAxis(axis, shape.length))
    return o.reshape(x!.value, {
      shape: shape.filter((size, axis) => !(named?.includes(axis) ?? size === 1)),
    })
  },
  Tile: ([x, repeats]) =>
    numbersOf(repeats!.tensor).reduce(
      (value, count, axis) => o.concat(...Array.from({ length: count }, () => value), { axis }),
      x!.value,
    ),
  Transpose: ([x], attributes) => {
    const { shape } = x!.value
    const axes = attributes.list('perm') ?? shape.map((_, axis) => shape.length - 1 - axis)
    return o.transpose(x!.value, { axes })
  },
  Trilu: ([x, diagonal], attributes) => {
    const options = { diagonal: diagonal === undefined ? 0 : numbersOf(diagonal.tensor)[0]! }
    return attributes.flag('upper', true)
      ? o.upperTriangle(x!.value, options)
      : o.lowerTriangle(x!.value, options)
  },
  Unsqueeze: ([x, axes]) => {
    const named = numbersOf(axes!.tensor)
    const rank = x!.value.shape.length + named.length
    const added = new Set(named.map((axis) => resolveAxis(axis, rank)))
    const sizes = x!.value.shape[Symbol.iterator]()
    return o.reshape(x!.value, {
      shape: Array.from({ length: rank }, (_, axis) => (added.has(axis) ? 1 : sizes.next().value!)),
    })
  },
}
