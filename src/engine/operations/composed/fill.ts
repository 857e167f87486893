import { constant } from '../../graph/graph.js'
import type { Value } from '../../graph/value.js'
import { type TensorType, tensorOf } from '../../tensor/tensor.js'
import { expand } from '../primitive/expand.js'

/** A tensor of one repeated number. */
export const fill = ({ dtype, shape }: TensorType, value: number): Value => {
  const scalar = constant(tensorOf(dtype, [value], []))
  return shape.length === 0 ? scalar : expand(scalar, { shape })
}
