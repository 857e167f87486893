import { defineOperation, type Unary } from '../define.js'
import { sameFloatType } from '../types.js'

/** max(x, 0)², element by element (So et al. 2021). */
export const squaredRelu: Unary = defineOperation({
  name: 'squaredRelu',
  type: sameFloatType,
  // The emitter shares the inner Relu with the forward pass, and a product that makes the upstream
  // takes on the factor.
  gradient: ({ inputs: [x], upstream }, { mul, relu }) => [mul(mul(upstream, 2), relu(x!))],
  onnx: ({ inputs }, emit) => {
    const positive = emit.node('Relu', inputs)
    return emit.node('Mul', [positive, positive])
  },
})
