import { defineOperation, type Unary } from '../define.js'
import { sameFloatType } from '../types.js'

/** 1 / x, element by element. */
export const reciprocal: Unary = defineOperation({
  name: 'reciprocal',
  type: sameFloatType,
  gradient: ({ output, upstream }, { mul, neg }) => [
    neg(mul(upstream, mul(output, output))), // d(1/x) = -1/x² dx
  ],
  onnx: 'Reciprocal',
})
