import { ShapeError } from '../../../errors.js'
import type { Value } from '../../graph/value.js'
import { broadcastShapes } from '../../tensor/shape.js'
import { printType } from '../../tensor/tensor.js'
import { defineOperation, type Operand, type Primitive } from '../define.js'
import { requireSameDType } from '../types.js'

/** a where the condition is true, b elsewhere, with broadcasting. */
export const where: Primitive<[condition: Value, a: Operand, b: Operand]> = defineOperation({
  name: 'where',
  type: ([condition, a, b]) => {
    if (condition!.dtype !== 'bool') {
      throw new ShapeError(`expected a bool condition, got ${printType(condition!)}`)
    }
    const dtype = requireSameDType([a!, b!])
    return { dtype, shape: broadcastShapes(condition!.shape, a!.shape, b!.shape) }
  },
  gradient: ({ inputs: [condition], upstream }, { where }) => [
    undefined,
    where(condition!, upstream, 0),
    where(condition!, 0, upstream),
  ],
  onnx: 'Where',
})
