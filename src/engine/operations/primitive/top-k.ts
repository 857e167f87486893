import { ShapeError } from '../../../errors.js'
import type { Value } from '../../graph/value.js'
import { resolveAxis } from '../../tensor/shape.js'
import { defineOperationWithOutputs, type Primitive } from '../define.js'

interface TopK {
  readonly count: number
  /** The last one when left out. */
  readonly axis?: number
  /** Chooses the smallest elements instead. */
  readonly isSmallest?: boolean
}

/** The largest elements along an axis in descending order, and their int64 positions. */
export const topK: Primitive<[x: Value], TopK, readonly [values: Value, indices: Value]> =
  defineOperationWithOutputs({
    name: 'topK',
    type: ([x], { count, axis = -1 }) => {
      const resolved = resolveAxis(axis, x!.shape.length)
      const size = x!.shape[resolved]!
      if (!Number.isInteger(count) || count < 1 || count > size) {
        throw new ShapeError(
          `expected a count from 1 to ${size}, the size of axis ${axis}, got ${count}`,
        )
      }
      const shape = x!.shape.with(resolved, count)
      return [
        { dtype: x!.dtype, shape },
        { dtype: 'int64', shape },
      ]
    },
    gradient: (
      { inputs: [x], outputs, upstream, attributes: { axis = -1 } },
      { fill, scatter },
    ) => [scatter(fill(x!.type, 0), outputs[1]!, upstream, { axis })],
    onnx: ({ inputs: [x], attributes: { count, axis = -1, isSmallest = false } }, emit) =>
      emit.nodes(
        'TopK',
        [x!, emit.integers([count])],
        { axis, largest: isSmallest ? 0 : 1 },
        { outputs: 2 },
      ),
  })
