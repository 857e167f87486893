import type { Value } from '../../graph/value.js'
import { defineOperation, type Primitive } from '../define.js'
import { emitReduction, type Reduction, reductionType, restoreAxes } from '../reduction.js'
import { requireFloat } from '../types.js'

/** ln Σ eˣ over the named axes, or over all of them, without overflow. */
export const logSumExp: Primitive<[x: Value], Reduction> = defineOperation({
  name: 'logSumExp',
  type: (inputs, attributes) => {
    requireFloat(inputs[0]!)
    return reductionType(inputs, attributes)
  },
  gradient: ({ inputs: [x], output, upstream, attributes }, { exp, mul, reshape, sub }) => {
    // dx = softmax(x) dy
    const kept = { shape: restoreAxes(x!.shape, attributes) }
    return [mul(exp(sub(x!, reshape(output, kept))), reshape(upstream, kept))]
  },
  onnx: emitReduction('ReduceLogSumExp'),
})
