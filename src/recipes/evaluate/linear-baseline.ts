/**
 * What a classifier has to beat: multinomial logistic regression on TF-IDF weighted n-grams of
 * characters or words (Zhang et al. 2015, section 3.1), all that the training texts have, or on the
 * standardised numbers of a table.
 */

import type { NumberColumn } from '../../data/text/number-columns.js'
import {
  createLinearScorer,
  usualFeatures,
} from '../../generation/text-classification/linear-classifier.js'
import { trainLinearPart } from '../../training/linear-classifier.js'
import { bestOf } from '../../training/metrics/classification.js'
import type { LabelledExample } from '../run/text-classification/labelled-data.js'

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
  readonly name: 'linear n-grams' | 'linear numbers'
  /** The label of a text. */
  classify(text: string): number
}

/** Trains on rows; held-out texts decide how long, and how large updates are. */
export const trainLinearBaseline = async (
  training: readonly LabelledExample[],
  heldOut: readonly LabelledExample[],
  options: LinearBaselineOptions,
): Promise<LinearBaseline> => {
  const texts = training.map(({ text }) => text)
  const features = usualFeatures(texts, options.columns)
  const part = await trainLinearPart(training, heldOut, { ...options, features })
  const score = createLinearScorer(part, features)
  return {
    name: features.kind === 'ngrams' ? 'linear n-grams' : 'linear numbers',
    classify: (text) => bestOf(score(text).scores),
  }
}
