/** The loss of a classifier of texts, and the batches it is fed. */

import { input } from '../../engine/graph/graph.js'
import { add } from '../../engine/operations/index.js'
import type { Random } from '../../engine/tensor/random.js'
import { tensorOf } from '../../engine/tensor/tensor.js'
import {
  type ClassifierShape,
  classifierFeeds,
  classifierInput,
  type ReadText,
  type TextIds,
} from '../../generation/text-classification/classifier-input.js'
import {
  type TextClassificationConfig,
  textClassifierOf,
} from '../../generation/text-classification/config.js'
import {
  type LabelTokens,
  labelRow,
  sightOf,
} from '../../generation/text-classification/label-tokens.js'
import type { LinearVote } from '../../generation/text-classification/vote.js'
import type { Bound } from '../../network/parameters.js'
import type { LossValues } from '../step.js'
import type { Feeds } from '../trainer.js'
import { createDrop } from './dropout.js'
import { nextTokenBatch, nextTokenLoss, type TokenRow } from './language.js'
import { weightedFeeds, weightedLoss } from './weighted-labels.js'

/** A text with its label's place among the labels. */
export interface LabelledText extends ReadText {
  readonly label: number
  /** What a linear classifier beside the network says, where there is one. */
  readonly linear?: LinearVote
}

export interface ClassifierLossShape extends ClassifierShape {
  /** The share of what layers add that is dropped while training. */
  readonly dropout: number
  /** The share of a label that is spread evenly over all labels. */
  readonly smoothing: number
}

/** The loss in nats, of labels or of their tokens. Feeds: `classificationBatch`, `dropoutFeeds`. */
export const classificationLoss = (
  config: TextClassificationConfig,
  values: Bound<ReturnType<typeof textClassifierOf>['parameters']>,
  { dropout, smoothing, ...shape }: ClassifierLossShape,
): LossValues => {
  const model = textClassifierOf(config)
  const { labelTokens } = config
  if (labelTokens !== undefined) {
    const rows = { ...shape, hasDocuments: true, dropout, smoothing }
    return nextTokenLoss(model.reader, values, rows, sightOf(labelTokens))
  }
  const scores = model.score(values, classifierInput(shape, config), {
    batch: shape.batch,
    ...(dropout > 0 ? { drop: createDrop(dropout) } : {}),
  })
  if (!isCorrected(config)) return weightedLoss(scores, { smoothing })
  const linear = input('linear', { dtype: 'float32', shape: scores.shape })
  return weightedLoss(add(scores, linear), { smoothing })
}

/** Whether the network learns what a linear classifier leaves over. */
const isCorrected = ({ linear }: TextClassificationConfig): boolean => linear?.kind === 'numbers'

/** The feeds of `classificationLoss`; rows without a text do not count. */
export const classificationBatch = (
  texts: readonly LabelledText[],
  shape: ClassifierShape,
  config: TextClassificationConfig,
  labelWeights: readonly number[] = [],
): Feeds => {
  const { labelTokens, tokens } = config
  const rows = Array.from({ length: shape.batch }, (_, row) => texts[row])
  const weights = rows.map((text) => (text === undefined ? 0 : (labelWeights[text.label] ?? 1)))
  if (labelTokens !== undefined) {
    const written = rows.map((text, row) =>
      writtenRow(text, weights[row]!, { ...config, labelTokens }),
    )
    const options = { ...shape, hasDocuments: true }
    return nextTokenBatch(written, options, tokens, sightOf(labelTokens))
  }
  return {
    ...classifierFeeds(texts, shape, config),
    ...(isCorrected(config)
      ? {
          linear: tensorOf(
            'float32',
            rows.flatMap((text) =>
              config.labels.map((_, label) => text?.linear?.scores[label] ?? 0),
            ),
            [shape.batch, config.labels.length],
          ),
        }
      : {}),
    ...weightedFeeds(
      rows.map((text) => text?.label ?? 0),
      weights,
    ),
  }
}

/** A text with its label, of which the label is learned: all of it weighs as much as one text. */
const writtenRow = (
  text: LabelledText | undefined,
  weight: number,
  config: TextClassificationConfig & { readonly labelTokens: LabelTokens },
): TokenRow => {
  if (text === undefined) return { ids: [] }
  const { ids, prefix } = labelRow(text.ids, text.label, config)
  const own = weight / (ids.length - prefix)
  return {
    ids,
    counts: ids.map((_, place) => (place < prefix ? 0 : own)),
    // What ends the text parts it from its label, which sees it all the same.
    documents: ids.map(() => 1),
    prefixes: ids.map((_, place) => (place < prefix ? 1 : 0)),
  }
}

/** A text of which a share of the tokens are dropped, save a first one that starts every text. */
export const dropTokens = (
  ids: TextIds,
  rate: number,
  random: Random,
  bos: number | undefined,
): TextIds =>
  rate === 0 ? ids : ids.map((id) => (id !== bos && random.uniform() < rate ? -1 : id))

/** How much each label weighs such that all weigh alike in sum, and a row weighs 1 in the mean. */
export const balancedWeights = (labels: readonly number[], count: number): number[] => {
  const counts = new Array<number>(count).fill(0)
  for (const label of labels) counts[label]!++
  const present = counts.filter((rows) => rows > 0).length
  return counts.map((rows) => (rows === 0 ? 0 : labels.length / (present * rows)))
}
