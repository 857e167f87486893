import { ShapeError } from '../../../errors.js'
import type { Value } from '../../graph/value.js'
import { tensorOf } from '../../tensor/tensor.js'
import { defineOperation, type Primitive } from '../define.js'

interface Padding {
  /** How many elements to add before each axis. */
  readonly before: readonly number[]
  /** How many elements to add after each axis. */
  readonly after: readonly number[]
  /** What to fill them with; 0 when left out. */
  readonly value?: number
}

/** x with constant elements around it. */
export const pad: Primitive<[x: Value], Padding> = defineOperation({
  name: 'pad',
  type: ([x], { before, after }) => {
    const { dtype, shape } = x!
    if (before.length !== shape.length || after.length !== shape.length) {
      throw new ShapeError(
        `expected ${shape.length} sizes before and after, got ${before.length} and ${after.length}`,
      )
    }
    if ([...before, ...after].some((size) => !Number.isInteger(size) || size < 0)) {
      throw new ShapeError(`expected whole sizes of at least 0, got [${before}] and [${after}]`)
    }
    return { dtype, shape: shape.map((size, axis) => before[axis]! + size + after[axis]!) }
  },
  gradient: ({ inputs: [x], upstream, attributes: { before } }, { slice }) => [
    before.reduce(
      (part, start, axis) => slice(part, { axis, start, end: start + x!.shape[axis]! }),
      upstream,
    ),
  ],
  onnx: ({ inputs: [x], inputTypes: [type], attributes: { before, after, value = 0 } }, emit) => {
    const sizes = [...before, ...after]
    if (sizes.every((size) => size === 0)) return emit.node('Identity', [x!])
    return emit.node('Pad', [
      x!,
      emit.integers(sizes),
      emit.constant(tensorOf(type!.dtype, [value], [])),
    ])
  },
})
