import { ShapeError } from '../../../errors.js'
import { float } from '../../graph/operation.js'
import type { Value } from '../../graph/value.js'
import { isSameShape } from '../../tensor/shape.js'
import { printType } from '../../tensor/tensor.js'
import { defineOperationWithOutputs, type Primitive } from '../define.js'
import { defaultEpsilon, rmsNormGradient } from '../rms-norm-gradient.js'

/**
 * A sum and its `rmsNorm` in one kernel, the way from one layer with a residual to the next: x and y
 * float32 [rows, width] and scale [width] → [rms norm of x + y, x + y].
 */
export const addRmsNorm: Primitive<
  [x: Value, y: Value, scale: Value],
  { epsilon?: number },
  readonly [normalized: Value, sum: Value]
> = defineOperationWithOutputs({
  name: 'addRmsNorm',
  type: ([x, y, scale]) => {
    const { dtype, shape } = x!
    const isFitting =
      [x!, y!, scale!].every((type) => type.dtype === 'float32') &&
      shape.length === 2 &&
      isSameShape(y!.shape, shape) &&
      isSameShape(scale!.shape, shape.slice(1))
    if (!isFitting) {
      throw new ShapeError(
        'expected float32 [rows, width] twice and [width], ' +
          `got ${[x!, y!, scale!].map((type) => printType(type)).join(', ')}`,
      )
    }
    return [
      { dtype, shape },
      { dtype, shape },
    ]
  },
  gradient: (
    { inputs: [, , scale], outputs: [, sum], upstreams, attributes: { epsilon } },
    vocabulary,
  ) => {
    const [upstream, toSum] = upstreams
    if (upstream === undefined) return [toSum, toSum, undefined]
    const [toX, toScale] = rmsNormGradient(sum!, scale!, { upstream, epsilon }, vocabulary)
    const both = toSum === undefined ? toX : vocabulary.add(toX, toSum)
    return [both, both, toScale]
  },
  onnx: ({ inputs, attributes: { epsilon = defaultEpsilon } }, emit) => {
    // Two more of its outputs are statistics, which it does not hand out on all devices.
    const [normalized, , , sum] = emit.nodes(
      'SkipSimplifiedLayerNormalization',
      inputs,
      { epsilon: float(epsilon) },
      { domain: 'com.microsoft', outputs: 4 },
    )
    return [normalized!, sum!]
  },
})
