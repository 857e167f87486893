/** What the reductions share: their attributes, type rule, ONNX form and gradients. */

import type { GradientRule, OnnxForm } from '../graph/operation.js'
import { resolveAxes, type Shape } from '../tensor/shape.js'
import type { TensorType } from '../tensor/tensor.js'
import type { Vocabulary } from './vocabulary.js'

export interface Reduction {
  /** The axes to reduce; negative ones count from the end; all when left out. */
  readonly axes?: readonly number[]
  /** Keeps the reduced axes with size 1. */
  readonly keepAxes?: boolean
}

/** The shape with the reduced axes kept as 1. */
export const restoreAxes = (shape: Shape, { axes }: Reduction): Shape => {
  const reduced = resolveAxes(axes, shape.length)
  return shape.map((size, axis) => (reduced.includes(axis) ? 1 : size))
}

export const reductionType = (
  [x]: readonly TensorType[],
  { axes, keepAxes = false }: Reduction,
): TensorType => {
  const reduced = resolveAxes(axes, x!.shape.length)
  const shape = keepAxes
    ? restoreAxes(x!.shape, { axes: reduced })
    : x!.shape.filter((_, axis) => !reduced.includes(axis))
  return { dtype: x!.dtype, shape }
}

/** One ONNX reduction node, its axes given as an input. */
export const emitReduction =
  (type: string): OnnxForm<Reduction> =>
  ({ inputs: [x], inputTypes: [xType], attributes: { axes, keepAxes = false } }, emit) => {
    const reduced = resolveAxes(axes, xType!.shape.length)
    // Without axes ONNX would reduce all of them; with no axes to reduce there is nothing to do.
    if (reduced.length === 0) return emit.node('Identity', [x!])
    return emit.node(type, [x!, emit.integers(reduced)], { keepdims: keepAxes ? 1 : 0 })
  }

/** The gradient of the largest or smallest element: ties share it evenly. */
export const extremeGradient: GradientRule<Reduction, Vocabulary> = (
  { inputs: [x], output, upstream, attributes },
  { cast, div, equal, mul, reshape, sum },
) => {
  const shape = restoreAxes(x!.shape, attributes)
  const isChosen = cast(equal(x!, reshape(output, { shape })), { to: x!.dtype })
  const ties = sum(isChosen, { ...attributes, keepAxes: true })
  return [mul(isChosen, div(reshape(upstream, { shape }), ties))]
}
