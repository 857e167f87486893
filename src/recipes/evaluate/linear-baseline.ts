/**
 * What a classifier of texts has to beat: multinomial logistic regression on TF-IDF weighted n-grams
 * of characters or words (Zhang et al. 2015, section 3.1), all that the training texts have.
 */

import { createGramScorer } from '../../generation/text-classification/linear-classifier.js'
import { usualOrders } from '../../tokenizers/text/grams.js'
import { type PieceUnit, pieceUnitOf } from '../../tokenizers/text/text-pieces.js'
import { trainLinearClassifier } from '../../training/linear-classifier.js'
import { bestOf } from '../../training/metrics/classification.js'
import type { LabelledExample } from '../run/labelled-data.js'

export interface LinearBaselineOptions {
  /** How many labels there are. */
  readonly labels: number
  readonly seed: number
  readonly onProgress?: (epoch: number, epochs: number) => void
}

export interface LinearBaseline {
  /** The label of a text. */
  classify(text: string): number
  /** What its n-grams are made of. */
  readonly unit: PieceUnit
}

/** Trains on rows; held-out ones decide how long, and how large updates are. */
export const trainLinearBaseline = (
  training: readonly LabelledExample[],
  heldOut: readonly LabelledExample[],
  options: LinearBaselineOptions,
): LinearBaseline => {
  const unit = pieceUnitOf(training.map(({ text }) => text))
  const grams = { unit, orders: usualOrders[unit] }
  const score = createGramScorer(trainLinearClassifier(training, heldOut, grams, options), grams)
  return { unit, classify: (text) => bestOf(score(text)) }
}
