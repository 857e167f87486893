import type { Value } from '../../graph/value.js'
import { defineOperation, type Primitive } from '../define.js'
import { emitReduction, type Reduction, reductionType, restoreAxes } from '../reduction.js'

/** The largest element over the named axes, or over all; ties share the gradient evenly. */
export const max: Primitive<[x: Value], Reduction> = defineOperation({
  name: 'max',
  type: reductionType,
  gradient: (
    { inputs: [x], output, upstream, attributes },
    { cast, div, equal, mul, reshape, sum },
  ) => {
    const shape = restoreAxes(x!.shape, attributes)
    const isLargest = cast(equal(x!, reshape(output, { shape })), { to: x!.dtype })
    const ties = sum(isLargest, { ...attributes, keepAxes: true })
    return [mul(isLargest, div(reshape(upstream, { shape }), ties))]
  },
  onnx: emitReduction('ReduceMax'),
})
