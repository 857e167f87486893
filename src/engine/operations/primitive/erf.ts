import { defineOperation, type Unary } from '../define.js'
import { emitErf64 } from '../quadrature.js'
import { sameFloatType } from '../types.js'

/** The error function 2/√π ∫₀ˣ e^(-t²) dt, element by element. */
export const erf: Unary = defineOperation({
  name: 'erf',
  type: sameFloatType,
  gradient: ({ inputs: [x], upstream }, { exp, mul, neg }) => [
    mul(upstream, mul(exp(neg(mul(x!, x!))), 2 / Math.sqrt(Math.PI))), // d(erf x) = 2/√π e^(-x²) dx
  ],
  onnx: ({ inputs: [x], inputTypes: [type] }, emit) =>
    type!.dtype === 'float64' ? emitErf64(emit, x!) : emit.node('Erf', [x!]),
})
