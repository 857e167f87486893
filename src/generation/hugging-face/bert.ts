/**
 * BERT (Devlin et al. 2019): the encoder, with its head for masked tokens where the weights have one;
 * without, ids are scored by their embeddings. Other heads have no place here and are left out.
 */

import { z } from 'zod'
import { sizes } from '../../network/sizes.js'
import { languageNetworkSchema } from '../text/config.js'
import { type Architecture, type Network, named, only } from './architecture.js'
import type { Correspondence } from './correspondence.js'

const activationNames = {
  gelu: 'gelu',
  gelu_new: 'gelu-tanh',
  gelu_pytorch_tanh: 'gelu-tanh',
  relu: 'relu',
} as const

const printedActivations: Partial<Record<Network['activation'], string>> = {
  'gelu-tanh': 'gelu_new',
  relu: 'relu',
}

const schema = z.looseObject({
  vocab_size: sizes.vocabulary,
  hidden_size: sizes.width,
  num_hidden_layers: sizes.depth,
  num_attention_heads: sizes.heads,
  intermediate_size: sizes.hidden,
  hidden_act: named(activationNames).default('gelu'),
  max_position_embeddings: sizes.context,
  type_vocab_size: sizes.vocabulary.default(2),
  layer_norm_eps: z.number().positive().default(1e-12),
  position_embedding_type: only('absolute'),
  is_decoder: only(false),
  tie_word_embeddings: only(true),
  architectures: z.array(z.string()).nullish(),
  add_cross_attention: only(false),
})

/** Classes that have a head for masked tokens. */
const maskedClasses = ['BertForMaskedLM', 'BertForPreTraining']

const headParts: readonly Correspondence[] = [
  {
    own: 'transform.0.weight',
    parts: ['cls.predictions.transform.dense.weight'],
    isTransposed: true,
  },
  { own: 'transform.0.bias', parts: ['cls.predictions.transform.dense.bias'] },
  { own: 'transform.0.norm.scale', parts: ['cls.predictions.transform.LayerNorm.weight'] },
  { own: 'transform.0.norm.bias', parts: ['cls.predictions.transform.LayerNorm.bias'] },
  { own: 'headBias.0', parts: ['cls.predictions.bias'] },
]

const blockParts = ({ width }: Network): Correspondence[] => [
  {
    own: 'attention.input',
    parts: ['attention.self.query', 'attention.self.key', 'attention.self.value'],
    sizes: [width, width, width],
  },
  { own: 'attention.output', parts: ['attention.output.dense'] },
  { own: 'mlp.input', parts: ['intermediate.dense'] },
  { own: 'mlp.output', parts: ['output.dense'] },
]

const normParts = (own: string, part: string): Correspondence[] => [
  { own: `${own}.scale`, parts: [`${part}.weight`] },
  { own: `${own}.bias`, parts: [`${part}.bias`] },
]

export const bert: Architecture = {
  name: 'bert',
  className: ({ hasHeadTransform }) => (hasHeadTransform ? 'BertForMaskedLM' : 'BertModel'),
  prefix: 'bert.',
  readNetwork(config) {
    const found = schema.parse(config)
    return languageNetworkSchema.parse({
      vocabularySize: found.vocab_size,
      context: found.max_position_embeddings,
      width: found.hidden_size,
      depth: found.num_hidden_layers,
      heads: found.num_attention_heads,
      hidden: found.intermediate_size,
      activation: found.hidden_act,
      norm: 'layer',
      epsilon: found.layer_norm_eps,
      isPostNorm: true,
      hasBias: true,
      hasQueryKeyNorm: false,
      positions: 'learned',
      segments: found.type_vocab_size,
      hasEmbeddingNorm: true,
      hasTiedHead: true,
      hasHeadTransform: found.architectures?.some((name) => maskedClasses.includes(name)) ?? false,
    })
  },
  // Many directories name the encoder's class, and have the head all the same; or the other way.
  completeNetwork: (network, names) => ({
    ...network,
    hasHeadTransform: names.includes('cls.predictions.transform.dense.weight'),
  }),
  printNetwork: (network) => ({
    architectures: [network.hasHeadTransform ? 'BertForMaskedLM' : 'BertModel'],
    vocab_size: network.vocabularySize,
    hidden_size: network.width,
    num_hidden_layers: network.depth,
    num_attention_heads: network.heads,
    intermediate_size: network.hidden,
    hidden_act: printedActivations[network.activation] ?? 'gelu',
    max_position_embeddings: network.context,
    type_vocab_size: network.segments || 2,
    layer_norm_eps: network.epsilon,
    position_embedding_type: 'absolute',
    hidden_dropout_prob: 0,
    attention_probs_dropout_prob: 0,
  }),
  correspondences: (network) => [
    { own: 'embedding', parts: ['embeddings.word_embeddings.weight'] },
    { own: 'places.0', parts: ['embeddings.position_embeddings.weight'] },
    { own: 'segments.0', parts: ['embeddings.token_type_embeddings.weight'] },
    ...normParts('embeddingNorm', 'embeddings.LayerNorm'),
    ...Array.from({ length: network.depth }, (_, layer) => {
      const own = (name: string) => `layers.${layer}.${name}`
      const part = (name: string) => `encoder.layer.${layer}.${name}`
      return [
        ...normParts(own('attentionNorm'), part('attention.output.LayerNorm')),
        ...normParts(own('mlpNorm'), part('output.LayerNorm')),
        ...blockParts(network).flatMap(({ own: name, parts, ...sizes }) => [
          {
            own: own(name),
            parts: parts.map((each) => `${part(each)}.weight`),
            isTransposed: true,
            ...sizes,
          },
          { own: own(`${name}Bias`), parts: parts.map((each) => `${part(each)}.bias`), ...sizes },
        ]),
      ]
    }).flat(),
    ...(network.hasHeadTransform ? headParts : []),
  ],
  // The head's matrix is the table of words, and its bias is stored twice.
  buffers: /^embeddings\.(position_ids|token_type_ids)$|^cls\.predictions\.decoder\.(weight|bias)$/,
  otherHeads: /^(pooler|cls|classifier|qa_outputs)\./,
  skills: ['fill'],
  prefixes: 'bidirectional',
}
