/** The loss of a classifier of texts, and the batches it is fed. */

import { input } from '../../engine/graph/graph.js'
import type { Value } from '../../engine/graph/value.js'
import { dropout } from '../../engine/operations/index.js'
import type { Random } from '../../engine/tensor/random.js'
import {
  type ClassifierShape,
  classifierFeeds,
  classifierInput,
  type TextIds,
} from '../../generation/text-classification/classifier-input.js'
import {
  type TextClassificationConfig,
  textClassifierOf,
} from '../../generation/text-classification/config.js'
import type { Bound } from '../../network/parameters.js'
import type { LossValues } from '../step.js'
import type { Feeds } from '../trainer.js'
import { labelFeeds, weightedLoss } from './weighted-labels.js'

/** A text with its label's place among the labels. */
export interface LabelledText {
  readonly ids: TextIds
  readonly label: number
}

export interface ClassifierLossShape extends ClassifierShape {
  /** The share of what layers add that is dropped while training. */
  readonly dropout: number
  /** The share of a label that is spread evenly over all labels. */
  readonly smoothing: number
}

/** The loss in nats. Feeds: `classificationBatch`, and `dropout seed` where something is dropped. */
export const classificationLoss = (
  config: TextClassificationConfig,
  values: Bound<ReturnType<typeof textClassifierOf>['parameters']>,
  { dropout: rate, smoothing, ...shape }: ClassifierLossShape,
): LossValues => {
  let site = 0
  const seed = rate > 0 ? input('dropout seed', { dtype: 'int32', shape: [] }) : undefined
  const scores = textClassifierOf(config).score(values, classifierInput(shape), {
    batch: shape.batch,
    ...(seed === undefined ? {} : { drop: (x: Value) => dropout(x, seed, { rate, site: site++ }) }),
  })
  return weightedLoss(scores, { smoothing })
}

/** The feeds of `classificationLoss`; rows without a text do not count. */
export const classificationBatch = (
  texts: readonly LabelledText[],
  shape: ClassifierShape,
  config: TextClassificationConfig,
  labelWeights: readonly number[] = [],
): Feeds => {
  const rows = Array.from({ length: shape.batch }, (_, row) => texts[row])
  return {
    ...classifierFeeds(
      texts.map(({ ids }) => ids),
      shape,
      config,
    ),
    ...labelFeeds(
      rows.map((text) => text?.label ?? 0),
      rows.map((text) => (text === undefined ? 0 : (labelWeights[text.label] ?? 1))),
    ),
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
