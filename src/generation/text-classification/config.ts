/** The configuration of a model that classifies texts, as its model folder writes it. */

import { z } from 'zod'
import { textClassifier } from '../../network/models/text-classifier.js'
import { pieceUnits } from '../../tokenizers/text/text-pieces.js'
import { languageNetworkSchema, specialTokensSchema } from '../text/config.js'

const count = z.int().positive()

export const textClassificationSchema = z.strictObject({
  task: z.literal('text-classification'),
  network: languageNetworkSchema,
  tokens: specialTokensSchema,
  labels: z.array(z.string().min(1)).min(2).describe('their names, in the order of their scores'),
  pooling: z
    .enum(['mean', 'first'])
    .default('mean')
    .describe('how the states of tokens become that of a text'),
  linear: z
    .discriminatedUnion('kind', [
      z.strictObject({
        kind: z.literal('ngrams'),
        unit: z.enum(pieceUnits).describe('what they are made of'),
        orders: count.max(8).describe('they are of 1 up to so many pieces'),
      }),
      z.strictObject({ kind: z.literal('numbers') }),
    ])
    .exactOptional()
    .describe('the features of a linear classifier that stands beside the network'),
  columns: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        mean: z.number(),
        deviation: z.number().positive(),
      }),
    )
    .min(1)
    .exactOptional()
    .describe('columns of numbers that make up a text, with what standardises them'),
  labelTokens: z
    .strictObject({
      ids: z
        .array(z.array(z.int().min(0)).min(2))
        .min(2)
        .describe('for each label what follows a text: a token that divides, then the label’s own'),
      prefixes: z
        .enum(['causal', 'bidirectional'])
        .describe('whether the tokens of a text see each other from both sides'),
    })
    .exactOptional()
    .describe('where labels are written after the text and not scored by a head'),
})

export type TextClassificationConfig = z.output<typeof textClassificationSchema>

/** The network that a configuration describes. */
export const textClassifierOf = ({
  network,
  labels,
  pooling,
  labelTokens,
}: TextClassificationConfig) =>
  textClassifier({
    network,
    labels: labels.length,
    pooling,
    writesLabels: labelTokens !== undefined,
  })
