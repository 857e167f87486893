/**
 * Multinomial logistic regression on sparse rows, trained row by row with AdaGrad (Duchi et al.
 * 2011): the step of a weight shrinks with each row that moves it, so rare features learn as well as
 * common ones. It needs no graph, as a row moves few weights. It occupies the thread that calls it,
 * but for short turns in which it can be stopped.
 */

import { createOrder } from '../data/order/shuffle.js'
import type { NumberColumn } from '../data/text/number-columns.js'
import { createPause } from '../engine/runtime/create-pause.js'
import { DataError } from '../errors.js'
import {
  createRowReader,
  type LinearClassifier,
  type LinearFeatures,
  type LinearPart,
  scoreRow,
} from '../generation/text-classification/linear-classifier.js'
import { learnGrams, type SparseRow } from '../tokenizers/text/grams.js'
import { bestOf } from './metrics/classification.js'

/** A row of features and the place of its label. */
export interface LabelledRow {
  readonly row: SparseRow
  readonly label: number
}

/** A text and the place of its label. */
export interface LabelledLine {
  readonly text: string
  readonly label: number
}

export interface TrainLinearOptions {
  /** How many labels there are. */
  readonly labels: number
  readonly seed: number
  /** How much a row of each label counts; all alike when left out. */
  readonly labelWeights?: readonly number[]
  readonly epochs?: number
  readonly onProgress?: (epoch: number, epochs: number) => void
  /** Ends the training, which then throws the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/** Sizes of updates that are tried, the largest last. */
const rates = [0.1, 0.3]
/** Epochs, and rows that are read at least: few rows are read more often. */
const least = { epochs: 6, rows: 20_000 }

/** Weights at most, of which training holds up to four copies: 128 MiB each. */
const weightsAtMost = 2 ** 25

/** Softmax in place. */
const normalize = (scores: Float64Array): void => {
  const highest = scores.reduce((high, score) => Math.max(high, score))
  let sum = 0
  for (let label = 0; label < scores.length; label++) {
    const weight = Math.exp(scores[label]! - highest)
    scores[label] = weight
    sum += weight
  }
  for (let label = 0; label < scores.length; label++) scores[label] = scores[label]! / sum
}

const zerosLike = ({ weights, bias }: LinearClassifier): LinearClassifier => ({
  weights: new Float32Array(weights.length),
  bias: new Float32Array(bias.length),
})

/** A classifier that learns one row at a time. */
const createLearner = (
  features: number,
  { labels, labelWeights = [] }: TrainLinearOptions,
  rate: number,
) => {
  const classifier = {
    weights: new Float32Array(features * labels),
    bias: new Float32Array(labels),
  }
  const squares = zerosLike(classifier)
  const move = (name: 'weights' | 'bias', start: number, errors: Float64Array, value: number) => {
    const [own, seen] = [classifier[name], squares[name]]
    for (let label = 0; label < labels; label++) {
      const place = start + label
      const gradient = value * errors[label]!
      const square = seen[place]! + gradient * gradient
      seen[place] = square
      if (square > 0) own[place] = own[place]! - (rate * gradient) / (Math.sqrt(square) + 1e-6)
    }
  }
  const learn = ({ row, label }: LabelledRow): void => {
    const errors = scoreRow(classifier, row)
    normalize(errors)
    errors[label] = errors[label]! - 1
    const weight = labelWeights[label] ?? 1
    for (const [index, feature] of row.features.entries()) {
      move('weights', feature * labels, errors, weight * row.values[index]!)
    }
    move('bias', 0, errors, weight)
  }
  return { classifier, learn }
}

/**
 * Trains on rows. The size of updates and the epoch are those that held-out rows like best; where
 * there are none, the larger size and the last epoch. Throws DataError where there is no row.
 */
export const trainLinearClassifier = async (
  rows: readonly LabelledRow[],
  heldOut: readonly LabelledRow[],
  features: number,
  options: TrainLinearOptions,
): Promise<LinearClassifier> => {
  const { seed, onProgress, signal } = options
  if (rows.length === 0) {
    throw new DataError('linear classifier: there is no row to learn from; give it labelled rows')
  }
  const pause = createPause(signal)
  const { epochs = Math.max(least.epochs, Math.ceil(least.rows / rows.length)) } = options
  const rightOf = (classifier: LinearClassifier): number =>
    heldOut.filter(({ row, label }) => bestOf(scoreRow(classifier, row)) === label).length

  // Where nothing is held out, there is nothing to choose by.
  const tried = heldOut.length === 0 ? rates.slice(-1) : rates
  let best: { right: number; classifier: LinearClassifier } | undefined
  for (const [attempt, rate] of tried.entries()) {
    const { classifier, learn } = createLearner(features, options, rate)
    for (let epoch = 0; epoch < epochs; epoch++) {
      const order = createOrder(rows.length, seed, epoch)
      for (let step = 0; step < rows.length; step++) {
        learn(rows[order(step)]!)
        await pause()
      }
      const right = rightOf(classifier)
      if (best === undefined || right > best.right || heldOut.length === 0) {
        // On the arrays of the one before: there may be many features and labels.
        const kept = best?.classifier ?? zerosLike(classifier)
        kept.weights.set(classifier.weights)
        kept.bias.set(classifier.bias)
        best = { right, classifier: kept }
      }
      onProgress?.(attempt * epochs + epoch + 1, tried.length * epochs)
    }
  }
  return best!.classifier
}

export interface TrainLinearPartOptions extends TrainLinearOptions {
  readonly features: LinearFeatures
  /** Of rows of numbers. */
  readonly columns?: readonly NumberColumn[]
  /**
   * How many n-grams count at most, those that most texts have; when left out, as many as have
   * 2^25 weights of all labels, which is the most in any case.
   */
  readonly limit?: number
}

/**
 * Trains on texts by their n-grams, or on rows of numbers. Tables of numbers are often small, and
 * the rows that are held out are those to report on: they decide nothing.
 */
export const trainLinearPart = async (
  training: readonly LabelledLine[],
  heldOut: readonly LabelledLine[],
  { features, columns = [], limit, ...options }: TrainLinearPartOptions,
): Promise<LinearPart> => {
  const texts = training.map(({ text }) => text)
  const vocabulary =
    features.kind === 'ngrams'
      ? await learnGrams(texts, features, {
          limit: Math.min(limit ?? weightsAtMost, Math.floor(weightsAtMost / options.labels)),
          signal: options.signal,
        })
      : columns
  const read = createRowReader(vocabulary, features)
  const pause = createPause(options.signal)
  const rowsOf = async (lines: readonly LabelledLine[]) => {
    const rows: LabelledRow[] = []
    for (const { text, label } of lines) {
      rows.push({ row: read(text), label })
      await pause()
    }
    return rows
  }
  const size = 'rarity' in vocabulary ? vocabulary.keys.length : vocabulary.length
  const judges = features.kind === 'ngrams' ? await rowsOf(heldOut) : []
  const weight = features.kind === 'ngrams' ? 0.5 : 1
  return {
    vocabulary,
    classifier: await trainLinearClassifier(await rowsOf(training), judges, size, options),
    // Where there is a network, held-out rows may say better.
    votes: { network: weight, linear: weight },
  }
}
