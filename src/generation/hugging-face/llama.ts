/** Llama (Touvron et al. 2023), with grouped heads since its second version. */

import { z } from 'zod'
import { sizes } from '../../network/sizes.js'
import { languageNetworkSchema } from '../text/config.js'
import { type Architecture, type Network, named, only } from './architecture.js'
import type { Correspondence } from './correspondence.js'

const rotaryBase = z.number().positive()

const schema = z
  .looseObject({
    vocab_size: sizes.vocabulary,
    max_position_embeddings: sizes.context.default(2048),
    hidden_size: sizes.width,
    intermediate_size: sizes.hidden,
    num_hidden_layers: sizes.depth,
    num_attention_heads: sizes.heads,
    num_key_value_heads: sizes.heads.nullish(),
    head_dim: sizes.width.nullish(),
    hidden_act: named({ silu: 'swiglu', swish: 'swiglu' }).default('swiglu'),
    rms_norm_eps: z.number().positive().default(1e-6),
    rope_theta: rotaryBase.default(10_000),
    rope_scaling: only(null),
    rope_parameters: z
      .looseObject({ rope_theta: rotaryBase.optional(), rope_type: only('default') })
      .nullish(),
    partial_rotary_factor: only(1, null),
    sliding_window: only(null),
    tie_word_embeddings: z.boolean().default(false),
    attention_bias: z.boolean().default(false),
    mlp_bias: z.boolean().default(false),
  })
  .refine(({ attention_bias, mlp_bias }) => attention_bias === mlp_bias, {
    path: ['mlp_bias'],
    error:
      'expected the same as attention_bias, found another value; here all products have a bias ' +
      'or none',
  })

const headWidthOf = ({ width, heads, headWidth = width / heads }: Network) => headWidth

/** The products of a block, each with its own name here and there. */
const productsOf = (network: Network): Correspondence[] => {
  const { heads, keyValueHeads = heads } = network
  const headWidth = headWidthOf(network)
  const hidden = network.hidden!
  const shared = keyValueHeads * headWidth
  return [
    {
      own: 'attention.input',
      parts: ['self_attn.q_proj', 'self_attn.k_proj', 'self_attn.v_proj'],
      sizes: [heads * headWidth, shared, shared],
    },
    { own: 'attention.output', parts: ['self_attn.o_proj'] },
    { own: 'mlp.input', parts: ['mlp.gate_proj', 'mlp.up_proj'], sizes: [hidden, hidden] },
    { own: 'mlp.output', parts: ['mlp.down_proj'] },
  ]
}

export const llama: Architecture = {
  name: 'llama',
  className: () => 'LlamaForCausalLM',
  prefix: 'model.',
  readNetwork(config) {
    const found = schema.parse(config)
    const heads = found.num_attention_heads
    return languageNetworkSchema.parse({
      vocabularySize: found.vocab_size,
      context: found.max_position_embeddings,
      width: found.hidden_size,
      depth: found.num_hidden_layers,
      heads,
      keyValueHeads: found.num_key_value_heads ?? heads,
      ...(found.head_dim ? { headWidth: found.head_dim } : {}),
      hidden: found.intermediate_size,
      activation: found.hidden_act,
      norm: 'rms',
      epsilon: found.rms_norm_eps,
      hasBias: found.attention_bias,
      hasQueryKeyNorm: false,
      positions: 'rotary',
      rotaryBase: found.rope_parameters?.rope_theta ?? found.rope_theta,
      hasTiedHead: found.tie_word_embeddings,
    })
  },
  printNetwork: (network) => ({
    vocab_size: network.vocabularySize,
    max_position_embeddings: network.context,
    hidden_size: network.width,
    intermediate_size: network.hidden,
    num_hidden_layers: network.depth,
    num_attention_heads: network.heads,
    num_key_value_heads: network.keyValueHeads ?? network.heads,
    head_dim: headWidthOf(network),
    hidden_act: 'silu',
    rms_norm_eps: network.epsilon,
    rope_theta: network.rotaryBase,
    tie_word_embeddings: network.hasTiedHead,
    attention_bias: network.hasBias,
    mlp_bias: network.hasBias,
  }),
  correspondences: (network) => [
    { own: 'embedding', parts: ['embed_tokens.weight'] },
    ...Array.from({ length: network.depth }, (_, layer) => [
      {
        own: `layers.${layer}.attentionNorm.scale`,
        parts: [`layers.${layer}.input_layernorm.weight`],
      },
      {
        own: `layers.${layer}.mlpNorm.scale`,
        parts: [`layers.${layer}.post_attention_layernorm.weight`],
      },
      ...productsOf(network).flatMap(({ own, parts, ...sizes }) => [
        {
          own: `layers.${layer}.${own}`,
          parts: parts.map((part) => `layers.${layer}.${part}.weight`),
          isTransposed: true,
          ...sizes,
        },
        ...(network.hasBias
          ? [
              {
                own: `layers.${layer}.${own}Bias`,
                parts: parts.map((part) => `layers.${layer}.${part}.bias`),
                ...sizes,
              },
            ]
          : []),
      ]),
    ]).flat(),
    { own: 'norm.scale', parts: ['norm.weight'] },
    ...(network.hasTiedHead ? [] : [{ own: 'head.0', parts: ['lm_head.weight'] }]),
  ],
  buffers: /\.rotary_emb\.inv_freq$|^lm_head\.weight$/,
  otherHeads: /^(score|classifier|qa_outputs)\./,
  skills: ['continue'],
  prefixes: 'causal',
}
