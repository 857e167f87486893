import { defineOperation, type Unary } from '../define.js'
import { sameFloatType } from '../types.js'

/** x σ(x), element by element, also known as swish (Elfwing et al. 2017). */
export const silu: Unary = defineOperation({
  name: 'silu',
  type: sameFloatType,
  gradient: ({ inputs: [x], output, upstream }, { add, mul, sigmoid, sub }) => {
    // d(x σ(x)) = (σ + y (1 - σ)) dx; the emitter shares σ with the forward pass.
    const gate = sigmoid(x!)
    return [mul(upstream, add(gate, mul(output, sub(1, gate))))]
  },
  onnx: ({ inputs: [x] }, emit) => emit.node('Mul', [x!, emit.node('Sigmoid', [x!])]),
})
