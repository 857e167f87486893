import { ShapeError } from '../../../errors.js'
import type { Value } from '../../graph/value.js'
import { isSameShape, printShape } from '../../tensor/shape.js'
import { defineOperation, type Primitive } from '../define.js'
import { requireFloat, requireSameDType } from '../types.js'

/**
 * softmax(scores) × values over the last two axes, [..., M, K] and [..., K, N] → [..., M, N]: rows of
 * values, mixed. The two by themselves give the same; together their gradient is shorter.
 */
export const mixBySoftmax: Primitive<[scores: Value, values: Value]> = defineOperation({
  name: 'mixBySoftmax',
  type: ([scores, values]) => {
    requireFloat(scores!)
    const dtype = requireSameDType([scores!, values!])
    const [left, right] = [scores!.shape, values!.shape]
    const isFitting =
      left.length >= 2 &&
      isSameShape(left.slice(0, -2), right.slice(0, -2)) &&
      left.at(-1) === right.at(-2)
    if (!isFitting) {
      throw new ShapeError(
        `expected scores [..., M, K] and values [..., K, N], got ${printShape(left)} and ${printShape(right)}`,
      )
    }
    return { dtype, shape: [...left.slice(0, -1), right.at(-1)!] }
  },
  gradient: (
    { inputs: [scores, values], output, upstream },
    { matmul, mul, softmax, sub, sum },
  ) => {
    // With P = softmax(S), O = P V: dS = P (dP - Σ P dP) with dP = dO Vᵀ, and Σ P dP = Σ dO O, which
    // is a sum over N instead of K (Dao et al. 2022). The emitter shares P with the forward pass.
    const weights = softmax(scores!)
    const slopes = matmul(upstream, values!, { transposeB: true })
    const share = sum(mul(upstream, output), { axes: [-1], keepAxes: true })
    return [mul(weights, sub(slopes, share)), matmul(weights, upstream, { transposeA: true })]
  },
  onnx: ({ inputs: [scores, values] }, emit) =>
    emit.node('MatMul', [emit.node('Softmax', [scores!], { axis: -1 }), values!]),
})
