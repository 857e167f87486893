import { ShapeError } from '../../../errors.js'
import type { Value } from '../../graph/value.js'
import { printShape, resolveAxis } from '../../tensor/shape.js'
import { defineOperation, type Primitive } from '../define.js'
import { requireSameDType } from '../types.js'

/** The values one after another along an axis; their other sizes are equal. */
export const concat: Primitive<Value[], { axis: number }> = defineOperation({
  name: 'concat',
  type: (inputs, attributes) => {
    const dtype = requireSameDType(inputs)
    const first = inputs[0]!.shape
    const axis = resolveAxis(attributes.axis, first.length)
    for (const { shape } of inputs) {
      if (
        shape.length !== first.length ||
        shape.some((size, other) => other !== axis && size !== first[other])
      ) {
        throw new ShapeError(
          `the sizes differ outside of axis ${axis}: ${printShape(first)} and ${printShape(shape)}`,
        )
      }
    }
    const total = inputs.reduce((sum, { shape }) => sum + shape[axis]!, 0)
    return { dtype, shape: first.map((size, other) => (other === axis ? total : size)) }
  },
  gradient: ({ inputs, upstream, attributes: { axis } }, { slice }) => {
    let end = 0
    return inputs.map(({ shape }) => {
      const start = end
      end += shape[resolveAxis(axis, shape.length)]!
      return slice(upstream, { axis, start, end })
    })
  },
  onnx: ({ inputs, attributes: { axis } }, emit) => emit.node('Concat', inputs, { axis }),
})
