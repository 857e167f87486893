import { tensorOf } from '../../tensor/tensor.js'
import { defineOperation, type Unary } from '../define.js'
import { sameFloatType } from '../types.js'

/** ln(1 + eˣ), element by element, without overflow. */
export const softplus: Unary = defineOperation({
  name: 'softplus',
  type: sameFloatType,
  gradient: ({ inputs: [x], upstream }, { mul, sigmoid }) => [mul(upstream, sigmoid(x!))],
  onnx: ({ inputs: [x], inputTypes: [type] }, emit) => {
    if (type!.dtype === 'float32') return emit.node('Softplus', [x!])
    // No kernel for float64: max(x, 0) + ln(1 + e^-|x|).
    const decayed = emit.node('Exp', [emit.node('Neg', [emit.node('Abs', [x!])])])
    const one = emit.constant(tensorOf('float64', [1], []))
    const rest = emit.node('Log', [emit.node('Add', [decayed, one])])
    return emit.node('Add', [emit.node('Relu', [x!]), rest])
  },
})
