import { defineOperation, type Unary } from '../define.js'
import { sameFloatType } from '../types.js'

/** The logistic function 1 / (1 + e⁻ˣ), element by element. */
export const sigmoid: Unary = defineOperation({
  name: 'sigmoid',
  type: sameFloatType,
  gradient: ({ output, upstream }, { mul, sub }) => [
    mul(upstream, mul(output, sub(1, output))), // d(σ(x)) = σ(x) (1 - σ(x)) dx
  ],
  onnx: 'Sigmoid',
})
