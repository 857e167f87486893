/** The configuration of a model that writes a text from a text, as its model folder writes it. */

import { z } from 'zod'
import { activations } from '../../network/layers/index.js'
import { encoderDecoder } from '../../network/models/encoder-decoder.js'
import { languageModel } from '../../network/models/language-model.js'
import { sizes } from '../../network/sizes.js'
import { type LanguageConfig, languageNetworkSchema, specialTokensSchema } from '../text/config.js'

/** An encoder that reads a source, and a decoder that looks at it and writes the target. */
const encoderDecoderSchema = z.strictObject({
  kind: z.literal('encoder-decoder'),
  vocabularySize: sizes.vocabulary,
  width: sizes.width.describe('size of the hidden states'),
  depth: sizes.depth.describe('number of blocks of the decoder'),
  encoderDepth: sizes.depth.describe('number of blocks of the encoder'),
  heads: sizes.heads.describe('attention heads'),
  keyValueHeads: sizes.heads
    .exactOptional()
    .describe('heads of keys and values; heads if left out'),
  activation: z.enum(activations).default('squared-relu'),
  hasTiedHead: z.boolean().default(true).describe('whether the head is the embedding itself'),
})

/** A language model that reads the source as the beginning of a text, and goes on with the target. */
const decoderOnlySchema = z.strictObject({
  kind: z.literal('decoder-only'),
  ...languageNetworkSchema.shape,
  prefixes: z
    .enum(['causal', 'bidirectional'])
    .default('bidirectional')
    .describe('whether the tokens of a source see each other from both sides'),
})

export const textPairsSchema = z.strictObject({
  task: z.literal('text-pairs'),
  network: z.discriminatedUnion('kind', [encoderDecoderSchema, decoderOnlySchema]),
  tokens: specialTokensSchema,
  sourceLength: sizes.context.describe('tokens of a source that are read at most'),
  targetLength: sizes.context.describe('tokens of a target that are written at most'),
  content: z
    .enum(['texts', 'questions'])
    .default('texts')
    .describe('whether a source is a text, or a question and a passage'),
  stride: sizes.context
    .default(64)
    .describe('tokens by which the windows of a long passage overlap'),
  isExtractive: z
    .boolean()
    .default(false)
    .describe('whether answers are stretches of the passage, word for word'),
  languages: z
    .tuple([z.string().min(1), z.string().min(1)])
    .describe('those of sources and targets'),
  isBothWays: z
    .boolean()
    .default(false)
    .describe('whether sources are also written from targets; a source then begins with its way'),
  defaults: z
    .strictObject({
      temperature: z.number().min(0).default(0),
      beams: sizes.repetitions.default(1),
      lengthPenalty: z.number().default(1),
      noRepeatNgram: z.int().min(0).default(0),
      copyBias: z.number().default(0),
    })
    .prefault({})
    .describe('how text is written unless the caller says otherwise'),
})

export type TextPairsConfig = z.output<typeof textPairsSchema>

type Network<Kind> = Extract<TextPairsConfig['network'], { kind: Kind }>

export const encoderDecoderOf = (
  { kind: _, ...network }: Network<'encoder-decoder'>,
  { pad }: TextPairsConfig['tokens'],
) => encoderDecoder({ ...network, pad })

/** The language model that a network of the kind `decoder-only` is. */
export const languageConfigOf = (
  { kind: _, prefixes, ...network }: Network<'decoder-only'>,
  { tokens }: Pick<TextPairsConfig, 'tokens'>,
): LanguageConfig => ({
  task: 'language-model',
  network,
  tokens,
  prefixes,
  skills: ['continue'],
  defaults: { temperature: 0, topK: 0, topP: 1 },
})

/** The parameters of the network that a configuration describes. */
export const textPairsParameters = ({ network, tokens }: TextPairsConfig) =>
  network.kind === 'encoder-decoder'
    ? encoderDecoderOf(network, tokens).parameters
    : languageModel(languageConfigOf(network, { tokens }).network).parameters
