import type { Value } from '../../graph/value.js'
import { defineOperation, type Primitive } from '../define.js'
import { emitReduction, extremeGradient, type Reduction, reductionType } from '../reduction.js'

/** The largest element over the named axes, or over all; ties share the gradient evenly. */
export const max: Primitive<[x: Value], Reduction> = defineOperation({
  name: 'max',
  type: reductionType,
  gradient: extremeGradient,
  onnx: emitReduction('ReduceMax'),
})
