import { ShapeError } from '../../../errors.js'
import { float } from '../../graph/operation.js'
import type { Value } from '../../graph/value.js'
import { isSameShape, printShape } from '../../tensor/shape.js'
import { defineOperationWithOutputs, type Primitive } from '../define.js'
import { emitInverseDeviation } from '../statistics.js'
import { requireFloat, requireSameDType } from '../types.js'

/**
 * Layer normalisation over the last axis (Ba et al. 2016): [..., width], scale [width] and bias
 * [width] → the result, and for its gradient the mean and the inverse deviation, both [..., 1].
 * The last two carry no gradient of their own; `layerNorm` hands out the first alone.
 */
export const layerNormalization: Primitive<
  [x: Value, scale: Value, bias: Value],
  { epsilon?: number },
  readonly [Value, Value, Value]
> = defineOperationWithOutputs({
  name: 'layerNormalization',
  type: ([x, scale, bias]) => {
    requireFloat(x!)
    requireSameDType([x!, scale!, bias!])
    const width = x!.shape.slice(-1)
    if (!isSameShape(scale!.shape, width) || !isSameShape(bias!.shape, width)) {
      throw new ShapeError(
        `expected scale and bias of shape ${printShape(width)}, got ` +
          `${printShape(scale!.shape)} and ${printShape(bias!.shape)}`,
      )
    }
    const statistics = { dtype: x!.dtype, shape: [...x!.shape.slice(0, -1), 1] }
    return [x!, statistics, statistics]
  },
  gradient: ({ inputs: [x, scale], outputs, upstream, upstreams }, { mean, mul, sub }) => {
    if (upstreams.slice(1).some((statistics) => statistics !== undefined)) {
      throw new ShapeError(
        'no gradient flows through the mean and the deviation, nor a second one through the ' +
          'gradient; use standardize for that',
      )
    }
    const [, center, inverseDeviation] = outputs
    const normalized = mul(sub(x!, center!), inverseDeviation!)
    const scaled = mul(upstream, scale!)
    const last = { axes: [-1], keepAxes: true }
    // dx = (g - mean(g) - x̂ mean(g x̂)) / σ with g = dy · scale
    const centered = sub(scaled, mean(scaled, last))
    const projected = mul(normalized, mean(mul(scaled, normalized), last))
    return [mul(sub(centered, projected), inverseDeviation!), mul(upstream, normalized), upstream]
  },
  onnx: (
    { inputs: [x, scale, bias], inputTypes: [type], attributes: { epsilon = 1e-5 } },
    emit,
  ) => {
    if (type!.dtype === 'float32') {
      const attributes = { axis: -1, epsilon: float(epsilon) }
      return emit.nodes('LayerNormalization', [x!, scale!, bias!], attributes, { outputs: 3 })
    }
    // The kernel's statistics are float32; float64 takes the formula.
    const center = emit.node('ReduceMean', [x!, emit.integers([-1])], { keepdims: 1 })
    const centered = emit.node('Sub', [x!, center])
    const square = emit.node('Mul', [centered, centered])
    const inverse = emitInverseDeviation(emit, square, type!.dtype, epsilon)
    const scaled = emit.node('Mul', [emit.node('Mul', [centered, inverse]), scale!])
    return [emit.node('Add', [scaled, bias!]), center, inverse]
  },
})
