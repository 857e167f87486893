/** Recipes that train a model to classify texts. */

import { z } from 'zod'
import { choiceOf } from '../schema/choice.js'
import { checkHeads } from '../schema/heads.js'
import { labelledDataSchema } from '../schema/labelled-data.js'
import { networkKeys, withSizes } from '../schema/network.js'
import { runKeys } from '../schema/recipe.js'
import { textTokenizerSchema } from '../schema/text-tokenizer.js'
import { withLearningRate } from '../schema/training.js'
import { frozenSchema, tunings } from '../schema/tuning.js'

const count = z.int().positive()
const share = z.number().min(0).lt(1)

const linearSchema = z.strictObject({
  orders: z
    .int()
    .positive()
    .max(8)
    .optional()
    .describe('n-grams of texts are of 1 up to so many words (by default 2) or characters (3)'),
  features: count
    .max(2 ** 22)
    .default(2 ** 18)
    .describe('how many n-grams count at most, those that most texts have'),
})

const modelSchema = z
  .strictObject({
    ...networkKeys(2),
    context: count.max(65_536).default(64).describe('tokens that are read at most'),
    pooling: z
      .enum(['mean', 'first'])
      .default('mean')
      .describe('how the states of tokens become that of a text'),
    output: z
      .enum(['head', 'label-tokens'])
      .default('head')
      .describe(
        'what tells the label: a head over the state of the text, or a language model that writes the label after it',
      ),
    linear: z
      .union([z.literal('none'), linearSchema])
      .prefault({})
      .describe(
        'a linear classifier beside the network: one of n-grams votes with it, and what one of numbers leaves over the network learns; none for the network alone',
      ),
    dropout: share.default(0.1).describe('share of what each layer adds that is dropped'),
    tokenDropout: share.default(0).describe('share of the tokens that is hidden, others each time'),
  })
  .transform(withSizes)
  .superRefine(checkHeads)

const objectiveSchema = z.strictObject({
  labelWeights: z
    .union([z.enum(['none', 'balanced']), z.record(z.string(), z.number().min(0))])
    .default('none')
    .describe('how much a row counts: all alike, all labels alike, or as given by label'),
  smoothing: share.default(0).describe('share of a label that is spread evenly over all labels'),
  score: z
    .enum(['accuracy', 'macro-f1', 'loss'])
    .default('accuracy')
    .describe('what decides which weights are the best'),
})

export const textClassificationRecipe = z
  .strictObject({
    task: z.literal('text-classification').describe('trains a model to classify texts'),
    ...runKeys(labelledDataSchema.describe('which texts and labels the run learns from')),
    start: z
      .string()
      .min(1)
      .optional()
      .describe(
        'a model folder to go on from, of a language model or a classifier: its tokenizer and network count',
      ),
    tuning: choiceOf(tunings, 'all').describe('what is trained'),
    frozen: frozenSchema,
    text: textTokenizerSchema.prefault({}).describe('the text tokenizer, which is trained first'),
    model: modelSchema.prefault({}).describe('the network'),
    objective: objectiveSchema.prefault({}).describe('what the network learns'),
    patience: count
      .optional()
      .describe(
        'evaluations without anything better after which the run ends; the model gets the best weights',
      ),
  })
  .superRefine(({ data, model }, context) => {
    if (data.columns === undefined || model.output === 'head') return
    const message = 'expected head, as rows of numbers are nothing that a language model reads.'
    context.addIssue({ code: 'custom', message, path: ['model', 'output'] })
  })
  .transform((recipe) => ({
    ...recipe,
    training: withLearningRate(recipe.training, recipe.model.width),
  }))

export type TextClassificationRecipe = z.output<typeof textClassificationRecipe>
