import type { Value } from '../../graph/value.js'
import { defineOperation, type Primitive } from '../define.js'
import { emitReduction, type Reduction, reductionType, restoreAxes } from '../reduction.js'

/** The sum over the named axes, or over all of them. */
export const sum: Primitive<[x: Value], Reduction> = defineOperation({
  name: 'sum',
  type: reductionType,
  gradient: ({ inputs: [x], upstream, attributes }, { expand, reshape }) => [
    expand(reshape(upstream, { shape: restoreAxes(x!.shape, attributes) }), { shape: x!.shape }),
  ],
  onnx: emitReduction('ReduceSum'),
})
