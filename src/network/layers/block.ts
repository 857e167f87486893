/** One block of a Transformer: attention, then the position-wise layer, each around a residual. */

import type { Value } from '../../engine/graph/value.js'
import { add } from '../../engine/operations/index.js'
import { RecipeError } from '../../errors.js'
import { type AttentionContext, type AttentionOptions, attention } from './attention.js'
import { crossAttention } from './cross-attention.js'
import { defineLayer } from './layer.js'
import { type MlpOptions, mlp } from './mlp.js'
import { type NormOptions, norm } from './norm.js'

export interface BlockOptions extends AttentionOptions, MlpOptions, NormOptions {
  /**
   * Whether the norms come after the residuals, as in the first Transformers (Vaswani et al. 2017);
   * before the layers when left out, which is easier to train (Xiong et al. 2020).
   */
  readonly isPostNorm?: boolean
  /** Whether the block also attends to a memory, the decoder of an encoder-decoder. */
  readonly hasMemory?: boolean
}

/** [batch · time, width] → the same. */
export const block = ({ isPostNorm = false, hasMemory = false, ...options }: BlockOptions) => {
  const attentionNorm = norm(options)
  const attentionLayer = attention(options)
  const memory = hasMemory ? [{ norm: norm(options), layer: crossAttention(options) }] : []
  const mlpNorm = norm(options)
  const mlpLayer = mlp(options)
  return defineLayer('block', {
    parameters: {
      attentionNorm: attentionNorm.parameters,
      attention: attentionLayer.parameters,
      memory: memory.map(({ norm, layer }) => ({
        norm: norm.parameters,
        attention: layer.parameters,
      })),
      mlpNorm: mlpNorm.parameters,
      mlp: mlpLayer.parameters,
    },
    apply: (values, x: Value, context: AttentionContext) => {
      const { batch, drop = (kept: Value) => kept } = context
      /** x + layer(norm(x)), or norm(x + layer(x)). */
      const around = (x: Value, normalize: (x: Value) => Value, layer: (x: Value) => Value) =>
        isPostNorm ? normalize(add(x, drop(layer(x)))) : add(x, drop(layer(normalize(x))))
      const attended = around(
        x,
        (x) => attentionNorm.apply(values.attentionNorm, x),
        (x) => attentionLayer.apply(values.attention, x, context),
      )
      const informed = memory.reduce((x, { norm, layer }, index) => {
        const own = values.memory[index]!
        if (context.memory === undefined) {
          throw new RecipeError('block: it attends to a memory, and none was given')
        }
        const seen = { batch, memory: context.memory }
        return around(
          x,
          (x) => norm.apply(own.norm, x),
          (x) => layer.apply(own.attention, x, seen),
        )
      }, attended)
      return around(
        informed,
        (x) => mlpNorm.apply(values.mlpNorm, x),
        (x) => mlpLayer.apply(values.mlp, x),
      )
    },
  })
}
