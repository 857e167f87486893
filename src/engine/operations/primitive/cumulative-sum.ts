import type { Value } from '../../graph/value.js'
import { resolveAxis } from '../../tensor/shape.js'
import { tensorOf } from '../../tensor/tensor.js'
import { defineOperation, type Primitive } from '../define.js'
import { sameTypeAlong } from '../types.js'

interface CumulativeSum {
  readonly axis: number
  /** Leaves an element out of its own sum. */
  readonly exclusive?: boolean
  /** Sums from the end. */
  readonly reverse?: boolean
}

/** The sum of each element and those before it along the axis. */
export const cumulativeSum: Primitive<[x: Value], CumulativeSum> = defineOperation<
  [x: Value],
  CumulativeSum
>({
  name: 'cumulativeSum',
  type: (inputs, attributes) => sameTypeAlong(inputs, attributes),
  gradient: ({ upstream, attributes }, { cumulativeSum }) => [
    cumulativeSum(upstream, { ...attributes, reverse: !attributes.reverse }),
  ],
  onnx: ({ inputs: [x], inputTypes: [type], attributes }, emit) => {
    const axis = resolveAxis(attributes.axis, type!.shape.length)
    return emit.node('CumSum', [x!, emit.constant(tensorOf('int64', [axis], []))], {
      exclusive: attributes.exclusive ? 1 : 0,
      reverse: attributes.reverse ? 1 : 0,
    })
  },
})
