import type { Value } from '../../graph/value.js'
import { resolveAxes } from '../../tensor/shape.js'
import { defineOperation, type Primitive } from '../define.js'
import { emitReduction, type Reduction, reductionType, restoreAxes } from '../reduction.js'
import { requireFloat } from '../types.js'

const emitSum = emitReduction('ReduceSum')
const emitSumOfSquares = emitReduction('ReduceSumSquare')

/** Σ x² over the named axes, or over all of them, without the squares in between. */
export const sumOfSquares: Primitive<[x: Value], Reduction> = defineOperation({
  name: 'sumOfSquares',
  type: ([x], attributes) => {
    requireFloat(x!)
    return reductionType([x!], attributes)
  },
  gradient: ({ inputs: [x], upstream, attributes }, { mul, reshape }) => [
    // d(Σ x²) = 2 x dx
    mul(mul(x!, 2), reshape(upstream, { shape: restoreAxes(x!.shape, attributes) })),
  ],
  onnx: (context, emit) => {
    const { inputs, inputTypes, attributes } = context
    const { dtype, shape } = inputTypes[0]!
    const isReduced = resolveAxes(attributes.axes, shape.length).length > 0
    if (dtype === 'float32' && isReduced) return emitSumOfSquares(context, emit)
    // The kernel adds up float32; float64 takes the formula.
    return emitSum({ ...context, inputs: [emit.node('Mul', [inputs[0]!, inputs[0]!])] }, emit)
  },
})
