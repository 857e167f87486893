import type { Value } from '../../graph/value.js'
import { sizeOf } from '../../tensor/shape.js'
import { defineOperation, type Primitive } from '../define.js'
import { emitReduction, type Reduction, reductionType, restoreAxes } from '../reduction.js'

/** The mean over the named axes, or over all of them. */
export const mean: Primitive<[x: Value], Reduction> = defineOperation({
  name: 'mean',
  type: reductionType,
  gradient: ({ inputs: [x], output, upstream, attributes }, { expand, mul, reshape }) => {
    const share = mul(upstream, sizeOf(output.shape) / sizeOf(x!.shape))
    const shape = restoreAxes(x!.shape, attributes)
    return [expand(reshape(share, { shape }), { shape: x!.shape })]
  },
  onnx: emitReduction('ReduceMean'),
})
