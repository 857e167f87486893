import { ShapeError } from '../../../errors.js'
import { float } from '../../graph/operation.js'
import type { Value } from '../../graph/value.js'
import { isSameShape, printShape } from '../../tensor/shape.js'
import { defineOperationWithOutputs, type Primitive } from '../define.js'
import { emitInverseDeviation, refuseStatistics } from '../statistics.js'
import { requireFloat } from '../types.js'

/**
 * Scales the last axis to unit root mean square (Zhang & Sennrich 2019): [..., width] and scale
 * [width] → the result, and for its gradient the inverse root mean square [..., 1], which carries
 * no gradient of its own; `rmsNorm` hands out the first alone.
 */
export const rmsNormalization: Primitive<
  [x: Value, scale: Value],
  { epsilon?: number },
  readonly [Value, Value]
> = defineOperationWithOutputs({
  name: 'rmsNormalization',
  type: ([x, scale]) => {
    requireFloat(x!)
    if (!isSameShape(scale!.shape, x!.shape.slice(-1))) {
      throw new ShapeError(
        `expected a scale of shape ${printShape(x!.shape.slice(-1))}, got ${printShape(scale!.shape)}`,
      )
    }
    return [x!, { dtype: x!.dtype, shape: [...x!.shape.slice(0, -1), 1] }]
  },
  gradient: ({ inputs: [x, scale], outputs, upstream, upstreams }, { mean, mul, sub }) => {
    refuseStatistics(upstreams)
    // dx = (g - x̂ mean(g x̂)) / rms with g = dy · scale
    const inverse = outputs[1]!
    const normalized = mul(x!, inverse)
    const scaled = mul(upstream, scale!)
    const share = mean(mul(scaled, normalized), { axes: [-1], keepAxes: true })
    return [mul(sub(scaled, mul(normalized, share)), inverse), mul(upstream, normalized)]
  },
  onnx: ({ inputs: [x, scale], inputTypes: [type], attributes: { epsilon = 1e-6 } }, emit) => {
    if (type!.dtype === 'float32') {
      const attributes = { axis: -1, epsilon: float(epsilon), stash_type: 1 }
      return emit.nodes('SimplifiedLayerNormalization', [x!, scale!], attributes, { outputs: 2 })
    }
    // The kernel's statistics are float32; float64 takes the formula.
    const square = emit.node('Mul', [x!, x!])
    const inverse = emitInverseDeviation(emit, square, type!.dtype, epsilon)
    return [emit.node('Mul', [emit.node('Mul', [x!, inverse]), scale!]), inverse]
  },
})
