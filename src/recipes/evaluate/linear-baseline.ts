/**
 * What a classifier has to beat: multinomial logistic regression on TF-IDF weighted n-grams of
 * characters or words (Zhang et al. 2015, section 3.1), all that the training texts have, or on the
 * standardised numbers of a table.
 */

import { type NumberColumn, readNumbers } from '../../data/text/number-columns.js'
import {
  createGramScorer,
  scoreRow,
} from '../../generation/text-classification/linear-classifier.js'
import { type SparseRow, usualOrders } from '../../tokenizers/text/grams.js'
import { pieceUnitOf } from '../../tokenizers/text/text-pieces.js'
import { trainGramClassifier, trainLinearClassifier } from '../../training/linear-classifier.js'
import { bestOf } from '../../training/metrics/classification.js'
import type { LabelledExample } from '../run/labelled-data.js'

export interface LinearBaselineOptions {
  /** How many labels there are. */
  readonly labels: number
  readonly seed: number
  /** Where texts are rows of numbers. */
  readonly columns?: readonly NumberColumn[]
  readonly onProgress?: (epoch: number, epochs: number) => void
}

export interface LinearBaseline {
  /** By what it is known in reports. */
  readonly name: string
  /** The label of a text. */
  classify(text: string): number
}

/** Trains on rows; held-out ones decide how long, and how large updates are. */
export const trainLinearBaseline = (
  training: readonly LabelledExample[],
  heldOut: readonly LabelledExample[],
  { columns, ...options }: LinearBaselineOptions,
): LinearBaseline => {
  if (columns !== undefined) {
    const features = Int32Array.from(columns, (_, column) => column)
    const read = (text: string): SparseRow => ({
      features,
      values: Float32Array.from(readNumbers(text, columns)),
    })
    const rowsOf = (rows: readonly LabelledExample[]) =>
      rows.map(({ text, label }) => ({ row: read(text), label }))
    const parts = [rowsOf(training), rowsOf(heldOut)] as const
    const classifier = trainLinearClassifier(...parts, columns.length, options)
    return {
      name: 'linear numbers',
      classify: (text) => bestOf(scoreRow(classifier, read(text))),
    }
  }
  const unit = pieceUnitOf(training.map(({ text }) => text))
  const grams = { unit, orders: usualOrders[unit] }
  const score = createGramScorer(trainGramClassifier(training, heldOut, grams, options), grams)
  return { name: 'linear n-grams', classify: (text) => bestOf(score(text)) }
}
