/** One block of a Transformer: attention, then the position-wise layer, each around a residual. */

import type { Value } from '../../engine/graph/value.js'
import { add } from '../../engine/operations/index.js'
import { type AttentionContext, type AttentionOptions, attention } from './attention.js'
import { defineLayer } from './layer.js'
import { type MlpOptions, mlp } from './mlp.js'
import { rmsNorm } from './norm.js'

export type BlockOptions = AttentionOptions & MlpOptions

/** A pre-normalised block (Xiong et al. 2020): [batch · time, width] → the same. */
export const block = (options: BlockOptions) => {
  const attentionNorm = rmsNorm(options)
  const attentionLayer = attention(options)
  const mlpNorm = rmsNorm(options)
  const mlpLayer = mlp(options)
  return defineLayer('block', {
    parameters: {
      attentionNorm: attentionNorm.parameters,
      attention: attentionLayer.parameters,
      mlpNorm: mlpNorm.parameters,
      mlp: mlpLayer.parameters,
    },
    apply: (values, x: Value, context: AttentionContext) => {
      const seen = attentionLayer.apply(
        values.attention,
        attentionNorm.apply(values.attentionNorm, x),
        context,
      )
      const attended = add(x, seen)
      return add(attended, mlpLayer.apply(values.mlp, mlpNorm.apply(values.mlpNorm, attended)))
    },
  })
}
