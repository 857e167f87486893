import { tensorOf } from '../../tensor/tensor.js'
import { defineOperation, type Unary } from '../define.js'
import { emitErf64 } from '../quadrature.js'
import { sameFloatType } from '../types.js'

/** x Φ(x), element by element, with the normal distribution's Φ (Hendrycks & Gimpel 2016). */
export const gelu: Unary = defineOperation({
  name: 'gelu',
  type: sameFloatType,
  gradient: ({ inputs: [x], upstream }, { add, erf, exp, mul }) => {
    // d(x Φ(x)) = (Φ(x) + x φ(x)) dx
    const cumulative = add(mul(erf(mul(x!, Math.SQRT1_2)), 0.5), 0.5)
    const density = mul(exp(mul(mul(x!, x!), -0.5)), 1 / Math.sqrt(2 * Math.PI))
    return [mul(upstream, add(cumulative, mul(x!, density)))]
  },
  onnx: ({ inputs: [x], inputTypes: [type] }, emit) => {
    if (type!.dtype === 'float32') return emit.node('Gelu', [x!])
    const scalar = (value: number) => emit.constant(tensorOf('float64', [value], []))
    const error = emitErf64(emit, emit.node('Mul', [x!, scalar(Math.SQRT1_2)]))
    const cumulative = emit.node('Mul', [emit.node('Add', [error, scalar(1)]), scalar(0.5)])
    return emit.node('Mul', [x!, cumulative])
  },
})
