/** Recipes that train a language model, to continue texts, to fill gaps in them, or both. */

import { z } from 'zod'
import { choiceOf } from '../schema/choice.js'
import { checkHeads } from '../schema/heads.js'
import { keyValueHeadsKey, networkKeys, tiedHeadKey, withAllHeads } from '../schema/network.js'
import { runKeys } from '../schema/recipe.js'
import { textDataSchema } from '../schema/text-data.js'
import { textTokenizerSchema } from '../schema/text-tokenizer.js'
import { withLearningRate } from '../schema/training.js'
import { frozenSchema, tunings } from '../schema/tuning.js'

const count = z.int().positive()
const weight = z.number().min(0)
const modelSchema = z
  .strictObject({
    ...networkKeys(6),
    keyValueHeads: keyValueHeadsKey,
    tiedHead: tiedHeadKey(false),
    queryKeyNorm: z
      .boolean()
      .default(true)
      .describe('whether the queries and keys of heads are normalized, which Llama leaves out'),
    context: count.max(65_536).default(256).describe('tokens that are read at most'),
    dropout: z
      .number()
      .min(0)
      .lt(1)
      .default(0)
      .describe('share of what each layer adds that is dropped while training'),
  })
  .transform(withAllHeads)
  .superRefine(checkHeads)

const objectiveSchema = z.strictObject({
  nextToken: weight.default(1).describe('how often rows are learned token by token, without gaps'),
  maskedSpans: weight
    .default(0)
    .describe(
      'how often they begin with a prefix with gaps; with `nextToken: 0` gaps are all that is learned',
    ),
  masking: z
    .strictObject({
      share: z.number().gt(0).max(0.9).default(0.15).describe('share of the tokens in gaps'),
      span: count.max(64).default(3).describe('mean length of a gap'),
    })
    .prefault({})
    .describe('how gaps are made'),
  packed: z
    .boolean()
    .default(true)
    .describe('of conversations: whether several short ones share a row'),
})

export const languageModelRecipe = z
  .strictObject({
    task: z.literal('language-model').describe('trains a language model on plain text'),
    ...runKeys(textDataSchema.describe('which texts the run learns from')),
    start: z
      .string()
      .min(1)
      .optional()
      .describe('a model folder to go on from, whose network and tokenizer count'),
    tuning: choiceOf(tunings, 'all').describe('what is trained'),
    frozen: frozenSchema,
    text: textTokenizerSchema.prefault({}).describe('the text tokenizer, which is trained first'),
    model: modelSchema.prefault({}).describe('the network'),
    objective: objectiveSchema
      .prefault({})
      .superRefine(({ nextToken, maskedSpans }, context) => {
        if (nextToken + maskedSpans > 0) return
        context.addIssue({ code: 'custom', message: 'expected one share above 0, got 0 and 0.' })
      })
      .describe('what the network learns to predict, which is all that the model is then good for'),
    chatTemplate: z
      .string()
      .min(1)
      .optional()
      .describe(
        'how a conversation becomes text, in Jinja; by default that of the model to start from, or a plain one',
      ),
    samples: z
      .array(z.string().min(1))
      .default(['\n'])
      .describe('texts that samples go on from while the run learns'),
  })
  .superRefine(({ data, objective: { maskedSpans } }, context) => {
    if (data.conversations === undefined || maskedSpans === 0) return
    const message = `expected 0 for conversations, of which answers are continued, got ${maskedSpans}.`
    context.addIssue({ code: 'custom', message, path: ['objective', 'maskedSpans'] })
  })
  .transform((recipe) => ({
    ...recipe,
    training: withLearningRate(recipe.training, recipe.model.width),
  }))

export type LanguageModelRecipe = z.output<typeof languageModelRecipe>
