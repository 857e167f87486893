/** GPT-2 (Radford et al. 2019). Its products are stored [inputs, outputs], as here. */

import { z } from 'zod'
import { sizes } from '../../network/sizes.js'
import { languageNetworkSchema } from '../text/config.js'
import { type Architecture, type Network, named, only } from './architecture.js'

const activationNames = {
  gelu_new: 'gelu-tanh',
  gelu_pytorch_tanh: 'gelu-tanh',
  gelu_fast: 'gelu-tanh',
  gelu: 'gelu',
  relu: 'relu',
} as const

const printedActivations: Partial<Record<Network['activation'], string>> = {
  gelu: 'gelu',
  relu: 'relu',
}

const schema = z.looseObject({
  vocab_size: sizes.vocabulary,
  n_positions: sizes.context,
  n_embd: sizes.width,
  n_layer: sizes.depth,
  n_head: sizes.heads,
  n_inner: sizes.hidden.nullish(),
  activation_function: named(activationNames).default('gelu-tanh'),
  layer_norm_epsilon: z.number().positive().default(1e-5),
  tie_word_embeddings: z.boolean().default(true),
  scale_attn_weights: only(true),
  scale_attn_by_inverse_layer_idx: only(false),
  add_cross_attention: only(false),
})

export const gpt2: Architecture = {
  name: 'gpt2',
  className: () => 'GPT2LMHeadModel',
  prefix: 'transformer.',
  readNetwork(config) {
    const found = schema.parse(config)
    return languageNetworkSchema.parse({
      vocabularySize: found.vocab_size,
      context: found.n_positions,
      width: found.n_embd,
      depth: found.n_layer,
      heads: found.n_head,
      hidden: found.n_inner ?? 4 * found.n_embd,
      activation: found.activation_function,
      norm: 'layer',
      epsilon: found.layer_norm_epsilon,
      hasBias: true,
      hasQueryKeyNorm: false,
      positions: 'learned',
      hasTiedHead: found.tie_word_embeddings,
    })
  },
  printNetwork: (network) => ({
    vocab_size: network.vocabularySize,
    n_positions: network.context,
    n_ctx: network.context,
    n_embd: network.width,
    n_layer: network.depth,
    n_head: network.heads,
    n_inner: network.hidden,
    activation_function: printedActivations[network.activation] ?? 'gelu_new',
    layer_norm_epsilon: network.epsilon,
    tie_word_embeddings: network.hasTiedHead,
    attn_pdrop: 0,
    embd_pdrop: 0,
    resid_pdrop: 0,
  }),
  correspondences: ({ depth, hasTiedHead }) => [
    { own: 'embedding', parts: ['wte.weight'] },
    { own: 'places.0', parts: ['wpe.weight'] },
    ...Array.from({ length: depth }, (_, layer) =>
      [
        ['attentionNorm.scale', 'ln_1.weight'],
        ['attentionNorm.bias', 'ln_1.bias'],
        ['attention.input', 'attn.c_attn.weight'],
        ['attention.inputBias', 'attn.c_attn.bias'],
        ['attention.output', 'attn.c_proj.weight'],
        ['attention.outputBias', 'attn.c_proj.bias'],
        ['mlpNorm.scale', 'ln_2.weight'],
        ['mlpNorm.bias', 'ln_2.bias'],
        ['mlp.input', 'mlp.c_fc.weight'],
        ['mlp.inputBias', 'mlp.c_fc.bias'],
        ['mlp.output', 'mlp.c_proj.weight'],
        ['mlp.outputBias', 'mlp.c_proj.bias'],
      ].map(([own, part]) => ({ own: `layers.${layer}.${own}`, parts: [`h.${layer}.${part}`] })),
    ).flat(),
    { own: 'norm.scale', parts: ['ln_f.weight'] },
    { own: 'norm.bias', parts: ['ln_f.bias'] },
    ...(hasTiedHead ? [] : [{ own: 'head.0', parts: ['lm_head.weight'] }]),
  ],
  buffers: /^h\.\d+\.attn\.(bias|masked_bias)$|^lm_head\.weight$/,
  otherHeads: /^(score|multiple_choice_head|classifier)\./,
  skills: ['continue'],
  prefixes: 'causal',
}
