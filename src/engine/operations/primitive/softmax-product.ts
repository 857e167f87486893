import { ShapeError } from '../../../errors.js'
import type { Value } from '../../graph/value.js'
import { isSameShape, printShape } from '../../tensor/shape.js'
import { defineOperation, type Primitive } from '../define.js'
import { requireFloat, requireSameDType } from '../types.js'

/**
 * softmax(S) V, the second half of attention: scores [..., queries, keys] and values [..., keys,
 * depth] → [..., queries, depth]. The outer axes are equal.
 *
 * Softmax alone would sum its weights times their gradients over all keys. Here that sum is the one
 * of the product times its gradient, over the depth (Dao et al. 2022, section 3.1): half the passes
 * over the largest tensors of a Transformer.
 */
export const softmaxProduct: Primitive<[scores: Value, values: Value]> = defineOperation({
  name: 'softmaxProduct',
  type: ([scores, values]) => {
    requireFloat(scores!)
    const dtype = requireSameDType([scores!, values!])
    const [s, v] = [scores!.shape, values!.shape]
    const isFitting =
      s.length >= 2 && isSameShape(s.slice(0, -2), v.slice(0, -2)) && s.at(-1) === v.at(-2)
    if (!isFitting) {
      throw new ShapeError(
        'expected scores [..., queries, keys] and values [..., keys, depth] with equal outer axes, ' +
          `got ${printShape(s)} and ${printShape(v)}`,
      )
    }
    return { dtype, shape: [...s.slice(0, -1), v.at(-1)!] }
  },
  gradient: (
    { inputs: [scores, values], output, upstream },
    { matmul, mul, softmax, sub, sum },
  ) => {
    // The emitter shares these weights with the forward pass.
    const weights = softmax(scores!)
    const total = sum(mul(upstream, output), { axes: [-1], keepAxes: true })
    const toWeights = matmul(upstream, values!, { transposeB: true })
    return [
      mul(weights, sub(toWeights, total)), // dS = P (dP - Σ O dO)
      matmul(weights, upstream, { transposeA: true }), // dV = Pᵀ dO
    ]
  },
  onnx: ({ inputs: [scores, values] }, emit) =>
    emit.node('MatMul', [emit.node('Softmax', [scores!], { axis: -1 }), values!]),
})
