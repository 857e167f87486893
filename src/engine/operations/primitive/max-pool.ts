import type { Value } from '../../graph/value.js'
import { sizeOf } from '../../tensor/shape.js'
import { defineOperation, type Primitive } from '../define.js'
import { type Pooling, poolingAttributes, poolingType, resolvePooling } from '../pooling.js'
import { requireFloat } from '../types.js'

/** The largest element under each place of a window; the first of equal ones gets the gradient. */
export const maxPool: Primitive<[x: Value], Pooling> = defineOperation({
  name: 'maxPool',
  type: (inputs, attributes) => {
    requireFloat(inputs[0]!)
    return poolingType(inputs, attributes)
  },
  gradient: ({ inputs: [x], upstream, attributes }, { fill, maxPoolIndices, reshape, scatter }) => {
    const flat = (value: Value) => reshape(value, { shape: [-1] })
    const { size, strides } = resolvePooling(attributes)
    const isOverlapping = strides.some((stride, axis) => stride < size[axis]!)
    const zeros = fill({ dtype: x!.dtype, shape: [sizeOf(x!.shape)] }, 0)
    const spread = scatter(zeros, flat(maxPoolIndices(x!, attributes)), flat(upstream), {
      axis: 0,
      reduction: isOverlapping ? 'add' : 'none',
    })
    return [reshape(spread, { shape: x!.shape })]
  },
  onnx: ({ inputs, attributes }, emit) =>
    emit.node('MaxPool', inputs, poolingAttributes(attributes)),
})
