/** The configuration of a language model, as its model folder writes it. */

import { z } from 'zod'
import { activations } from '../../network/layers/index.js'
import { type LanguageModelOptions, languageModel } from '../../network/models/language-model.js'
import { sizes } from '../../network/sizes.js'

const id = z.int().min(0)

/** The network, with everything in which families of Transformers differ. */
export const languageNetworkSchema = z.strictObject({
  vocabularySize: sizes.vocabulary,
  context: sizes.context.describe('tokens that are read at most'),
  width: sizes.width.describe('size of the hidden states'),
  depth: sizes.depth.describe('number of blocks'),
  heads: sizes.heads.describe('attention heads'),
  keyValueHeads: sizes.heads
    .exactOptional()
    .describe('heads of keys and values; heads if left out'),
  headWidth: sizes.width.exactOptional().describe('size of a head; width / heads if left out'),
  hidden: sizes.hidden.exactOptional().describe('inner size of the position-wise layers'),
  activation: z.enum(activations).default('squared-relu'),
  norm: z.enum(['rms', 'layer']).default('rms'),
  epsilon: z.number().positive().exactOptional().describe('added to mean squares in norms'),
  isPostNorm: z.boolean().default(false).describe('whether norms come after residuals'),
  hasBias: z.boolean().default(false).describe('whether products have biases'),
  hasQueryKeyNorm: z.boolean().default(true),
  positions: z.enum(['rotary', 'learned', 'none']).default('rotary'),
  rotaryBase: z.number().positive().exactOptional(),
  positionOffset: z
    .int()
    .min(0)
    .max(2 ** 10)
    .exactOptional(),
  segments: sizes.segments.exactOptional().describe('rows of the table of segments'),
  hasNumbers: z.boolean().exactOptional().describe('whether ids may be those of numbers'),
  hasEmbeddingNorm: z.boolean().default(false),
  hasTiedHead: z.boolean().default(false).describe('whether the head is the embedding itself'),
  hasHeadTransform: z
    .boolean()
    .default(false)
    .describe(
      'whether a product, the activation and a norm stand before the head, and it has a bias',
    ),
})

export const specialTokensSchema = z
  .strictObject({
    pad: id,
    bos: id.exactOptional(),
    eos: z.union([id, z.array(id)]).exactOptional(),
    mask: id.exactOptional(),
  })
  .describe('the ids of special tokens')

export const languageSchema = z.strictObject({
  task: z.literal('language-model'),
  network: languageNetworkSchema,
  tokens: specialTokensSchema,
  skills: z
    .array(z.enum(['continue', 'fill']))
    .min(1)
    .default(['continue'])
    .describe('what the model was trained for: to continue texts, to fill gaps in them'),
  prefixes: z
    .enum(['causal', 'bidirectional'])
    .default('causal')
    .describe('whether the tokens of a prompt see each other from both sides'),
  readsGapsBefore: z
    .boolean()
    .exactOptional()
    .describe(
      'whether what stands in a gap is read at the token before it, as what comes next is, and not at the gap',
    ),
  chatTemplate: z.string().exactOptional().describe('how a conversation becomes text, in Jinja'),
  defaults: z
    .strictObject({
      temperature: z.number().min(0).default(1),
      topK: z.int().min(0).default(0),
      topP: z.number().min(0).max(1).default(1),
    })
    .prefault({})
    .describe('how text is written unless the caller says otherwise'),
})

export type LanguageConfig = z.output<typeof languageSchema>

/** The network that a configuration describes. */
export const languageModelOf = ({ network }: LanguageConfig) =>
  languageModel(network satisfies LanguageModelOptions)

/** The ids that end a text. */
export const endsOf = ({ tokens: { eos } }: Pick<LanguageConfig, 'tokens'>): readonly number[] =>
  eos === undefined ? [] : [eos].flat()
