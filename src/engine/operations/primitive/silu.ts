import { tensorOf } from '../../tensor/tensor.js'
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
  onnx: ({ inputs: [x], inputTypes: [type] }, emit) => {
    if (type!.dtype === 'float32') return emit.node('Mul', [x!, emit.node('Sigmoid', [x!])])
    // The runtime fuses that form into a kernel that float64 does not have.
    const one = emit.constant(tensorOf('float64', [1], []))
    const decayed = emit.node('Exp', [emit.node('Neg', [x!])])
    return emit.node('Div', [x!, emit.node('Add', [decayed, one])])
  },
})
