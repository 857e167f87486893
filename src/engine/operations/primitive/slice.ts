import { ShapeError } from '../../../errors.js'
import { constant } from '../../graph/graph.js'
import type { Value } from '../../graph/value.js'
import { printShape, resolveAxis } from '../../tensor/shape.js'
import { tensorOf } from '../../tensor/tensor.js'
import { defineOperation, type Primitive } from '../define.js'

interface Slice {
  readonly axis: number
  /** The first element taken; 0 when left out. Negative ones count from the end. */
  readonly start?: number
  /** The element before which to stop; the axis's size when left out. Negative ones likewise. */
  readonly end?: number
  /** Takes every step-th element; 1 when left out. */
  readonly step?: number
}

const resolve = ({ axis, start = 0, end, step = 1 }: Slice, shape: readonly number[]) => {
  const resolvedAxis = resolveAxis(axis, shape.length)
  const size = shape[resolvedAxis]!
  const position = (index: number) => Math.min(Math.max(index < 0 ? index + size : index, 0), size)
  const first = position(start)
  const stop = position(end ?? size)
  const count = Math.ceil((stop - first) / step)
  if (!(step >= 1) || count < 1) {
    throw new ShapeError(
      `nothing is left of axis ${axis} of ${printShape(shape)} from ${start} to ${end ?? 'its end'} ` +
        `by steps of ${step}`,
    )
  }
  return { axis: resolvedAxis, start: first, end: stop, step, count, size }
}

/** A range of one axis. */
export const slice: Primitive<[x: Value], Slice> = defineOperation({
  name: 'slice',
  type: ([x], attributes) => {
    const { axis, count } = resolve(attributes, x!.shape)
    return {
      dtype: x!.dtype,
      shape: x!.shape.map((size, other) => (other === axis ? count : size)),
    }
  },
  gradient: ({ inputs: [x], upstream, attributes }, { expand, fill, pad, reshape, scatter }) => {
    const { axis, start, step, count, size } = resolve(attributes, x!.shape)
    if (step === 1) {
      const zeros = x!.shape.map(() => 0)
      return [
        pad(upstream, {
          before: zeros.with(axis, start),
          after: zeros.with(axis, size - start - count),
        }),
      ]
    }
    const positions = Array.from({ length: count }, (_, index) => start + index * step)
    const indices = reshape(constant(tensorOf('int64', positions)), {
      shape: x!.shape.map((_, other) => (other === axis ? count : 1)),
    })
    return [
      scatter(fill(x!.type, 0), expand(indices, { shape: upstream.shape }), upstream, { axis }),
    ]
  },
  onnx: ({ inputs: [x], inputTypes: [type], attributes }, emit) => {
    const { axis, start, end, step, count, size } = resolve(attributes, type!.shape)
    if (count === size) return emit.node('Identity', [x!])
    const one = (value: number) => emit.integers([value])
    return emit.node('Slice', [x!, one(start), one(end), one(axis), one(step)])
  },
})
