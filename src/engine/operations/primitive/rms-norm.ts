import { ShapeError } from '../../../errors.js'
import { float } from '../../graph/operation.js'
import type { Value } from '../../graph/value.js'
import { isSameShape, printShape } from '../../tensor/shape.js'
import { defineOperation, type Primitive } from '../define.js'
import { defaultEpsilon, rmsNormGradient } from '../rms-norm-gradient.js'
import { emitInverseDeviation } from '../statistics.js'
import { requireFloat, requireSameDType } from '../types.js'

/**
 * The last axis scaled to unit root mean square (Zhang & Sennrich 2019): [..., width] and scale
 * [width] → [..., width].
 */
export const rmsNorm: Primitive<[x: Value, scale: Value], { epsilon?: number }> = defineOperation({
  name: 'rmsNorm',
  type: ([x, scale]) => {
    requireFloat(x!)
    requireSameDType([x!, scale!])
    if (!isSameShape(scale!.shape, x!.shape.slice(-1))) {
      throw new ShapeError(
        `expected a scale of shape ${printShape(x!.shape.slice(-1))}, got ${printShape(scale!.shape)}`,
      )
    }
    return x!
  },
  gradient: ({ inputs: [x, scale], upstream, attributes: { epsilon } }, vocabulary) =>
    rmsNormGradient(x!, scale!, { upstream, epsilon }, vocabulary),
  onnx: (
    { inputs: [x, scale], inputTypes: [type], attributes: { epsilon = defaultEpsilon } },
    emit,
  ) => {
    if (type!.dtype === 'float32') {
      const attributes = { axis: -1, epsilon: float(epsilon), stash_type: 1 }
      return emit.node('SimplifiedLayerNormalization', [x!, scale!], attributes)
    }
    // The kernel's statistics are float32; float64 takes the formula.
    const square = emit.node('Mul', [x!, x!])
    const inverse = emitInverseDeviation(emit, square, type!.dtype, epsilon)
    return emit.node('Mul', [emit.node('Mul', [x!, inverse]), scale!])
  },
})
