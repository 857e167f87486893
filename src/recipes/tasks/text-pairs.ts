/** Recipes that train a model to write a text from a text: translations, summaries, answers. */

import { z } from 'zod'
import { choiceOf } from '../schema/choice.js'
import { checkHeads } from '../schema/heads.js'
import { networkKeys, tiedHeadKey, withSizes } from '../schema/network.js'
import { pairDataSchema } from '../schema/pair-data.js'
import { runKeys } from '../schema/recipe.js'
import { textTokenizerSchema } from '../schema/text-tokenizer.js'
import { withLearningRate } from '../schema/training.js'
import { frozenSchema, tunings } from '../schema/tuning.js'

const count = z.int().positive()
const share = z.number().min(0).lt(1)

const modelSchema = z
  .strictObject({
    kind: z
      .enum(['encoder-decoder', 'decoder-only'])
      .default('encoder-decoder')
      .describe('a reader and a writer that looks at it, or one network that reads and goes on'),
    ...networkKeys(4, 'blocks of what writes'),
    encoderDepth: count
      .max(256)
      .optional()
      .describe('blocks of the encoder; by default as many as the decoder has'),
    tiedHead: tiedHeadKey(true),
    sourceLength: count.max(65_536).default(128).describe('tokens of a source that are read'),
    targetLength: count.max(65_536).default(64).describe('tokens of a target that are written'),
    prefixes: z
      .enum(['causal', 'bidirectional'])
      .default('bidirectional')
      .describe('decoder-only: whether the tokens of a source see each other from both sides'),
    dropout: share.default(0.1).describe('share of what each layer adds that is dropped'),
  })
  .transform(({ encoderDepth, ...network }) => ({
    ...withSizes(network),
    encoderDepth: encoderDepth ?? network.depth,
  }))
  .superRefine(checkHeads)

const objectiveSchema = z.strictObject({
  smoothing: share.default(0.1).describe('share of a label that is spread evenly over all tokens'),
  packed: z
    .boolean()
    .default(true)
    .describe('decoder-only: whether several short pairs share a row'),
})

const writingSchema = z.strictObject({
  beams: count
    .max(64)
    .default(4)
    .describe('texts that are followed side by side; 1 for the likeliest token each time'),
  lengthPenalty: z
    .number()
    .default(1)
    .describe(
      'power of the length that sums of logarithms are divided by: more prefers longer texts',
    ),
  noRepeatNgram: z
    .int()
    .min(0)
    .default(0)
    .describe('no stretch of so many tokens is written twice; 0 allows all'),
  copyBias: z
    .number()
    .default(0)
    .describe('nats by which tokens of the source are likelier than the model finds them'),
  extractive: z
    .boolean()
    .default(true)
    .describe('of questions: whether answers are stretches of the passage, word for word'),
})

export const textPairsRecipe = z
  .strictObject({
    task: z.literal('text-pairs').describe('trains a model to write a text from a text'),
    ...runKeys(pairDataSchema.describe('which texts the run learns from')),
    purpose: z
      .enum(['translation', 'summary', 'answer'])
      .default('translation')
      .describe(
        'what is measured, beside which baseline: chrF and BLEU, ROUGE-L, or exact match and F1',
      ),
    start: z
      .string()
      .min(1)
      .optional()
      .describe(
        'a model folder to go on from, of text pairs or, for decoder-only, of a language model: its network and tokenizer count',
      ),
    tuning: choiceOf(tunings, 'all').describe('what is trained'),
    frozen: frozenSchema,
    text: textTokenizerSchema
      .prefault({})
      .describe('the text tokenizer of both sides, which is trained first'),
    model: modelSchema.prefault({}).describe('the network'),
    objective: objectiveSchema.prefault({}).describe('what the network learns'),
    writing: writingSchema
      .prefault({})
      .describe('how the model writes unless it is told otherwise'),
    patience: count
      .optional()
      .describe(
        'evaluations without anything better after which the run ends; the model gets the best weights',
      ),
  })
  .superRefine(({ data: { content, stride }, model: { sourceLength } }, context) => {
    if (content !== 'questions' || stride < sourceLength) return
    const message = `expected less than model.sourceLength (${sourceLength}), got ${stride}. Windows of a passage advance by what they do not overlap.`
    context.addIssue({ code: 'custom', message, path: ['data', 'stride'] })
  })
  .superRefine(({ purpose, data }, context) => {
    if ((purpose === 'answer') === (data.content === 'questions')) return
    const message = `expected the purpose answer with data.content questions, got ${purpose} with ${data.content}.`
    context.addIssue({ code: 'custom', message, path: ['purpose'] })
  })
  .transform((recipe) => ({
    ...recipe,
    training: withLearningRate(recipe.training, recipe.model.width),
  }))

export type TextPairsRecipe = z.output<typeof textPairsRecipe>
