import type { Value } from '../../graph/value.js'
import { defineOperation, type Primitive } from '../define.js'
import { emitReduction, extremeGradient, type Reduction, reductionType } from '../reduction.js'

/** The smallest element over the named axes, or over all; ties share the gradient evenly. */
export const min: Primitive<[x: Value], Reduction> = defineOperation({
  name: 'min',
  type: reductionType,
  gradient: extremeGradient,
  onnx: emitReduction('ReduceMin'),
})
