/**
 * What a classifier of texts has to beat: multinomial logistic regression on TF-IDF weighted n-grams
 * of characters or words (Zhang et al. 2015, section 3.1), trained by AdaGrad (Duchi et al. 2011).
 */

import { createOrder } from '../../data/shuffle.js'
import { bestOf } from '../../training/metrics/classification.js'
import type { LabelledExample } from '../run/labelled-data.js'

export interface LinearBaselineOptions {
  /** How many labels there are. */
  readonly labels: number
  readonly seed: number
  readonly epochs?: number
  readonly onProgress?: (epoch: number, epochs: number) => void
}

export interface LinearClassifier {
  /** The label of a text. */
  classify(text: string): number
  /** What its n-grams are made of. */
  readonly unit: Unit
  /** Distinct n-grams of the training texts. */
  readonly features: number
}

type Unit = 'characters' | 'words'

/** Sizes of updates that are tried; the held-out rows choose among them and among the epochs. */
const rates = [0.1, 0.3]

/** Orders of n-grams: Chinese words have about two characters. */
const orders = { characters: 3, words: 2 } as const

/** Scripts that are written without spaces, and the private characters of binned numbers. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Co}]/gu

const unitOf = (texts: readonly string[]): Unit => {
  const sample = texts.slice(0, 200).join('')
  return (sample.match(unspaced)?.length ?? 0) > 0.2 * sample.length ? 'characters' : 'words'
}

const piecesOf = (text: string, unit: Unit): string[] =>
  unit === 'characters'
    ? [...text.toLowerCase().replace(/\s+/g, ' ')]
    : (text.toLowerCase().match(/[\p{L}\p{M}\p{N}]+|[^\s\p{L}\p{M}\p{N}]/gu) ?? [])

/** How often each n-gram occurs in a text. */
const countGrams = (text: string, unit: Unit): Map<string, number> => {
  const pieces = piecesOf(text, unit)
  const counts = new Map<string, number>()
  for (let start = 0; start < pieces.length; start++) {
    let gram = ''
    for (let order = 0; order < orders[unit] && start + order < pieces.length; order++) {
      gram += `${order === 0 ? '' : '\u0000'}${pieces[start + order]}`
      counts.set(gram, (counts.get(gram) ?? 0) + 1)
    }
  }
  return counts
}

/** A text's features and their weights, whose squares add up to 1. */
interface Row {
  readonly features: Int32Array
  readonly values: Float32Array
}

const createVectorizer = (texts: readonly string[], unit: Unit) => {
  const places = new Map<string, number>()
  const frequencies: number[] = []
  for (const text of texts) {
    for (const gram of countGrams(text, unit).keys()) {
      const place = places.get(gram) ?? places.size
      places.set(gram, place)
      frequencies[place] = (frequencies[place] ?? 0) + 1
    }
  }
  const inverse = Float32Array.from(
    frequencies,
    (frequency) => Math.log((1 + texts.length) / (1 + frequency)) + 1,
  )
  const vectorize = (text: string): Row => {
    const features: number[] = []
    const values: number[] = []
    for (const [gram, count] of countGrams(text, unit)) {
      const place = places.get(gram)
      if (place === undefined) continue
      features.push(place)
      values.push((1 + Math.log(count)) * inverse[place]!)
    }
    const norm = Math.hypot(...values) || 1
    return {
      features: Int32Array.from(features),
      values: Float32Array.from(values, (value) => value / norm),
    }
  }
  return { vectorize, size: places.size }
}

const scoresOf = (
  { features, values }: Row,
  weights: Float32Array,
  labels: number,
): Float64Array => {
  // The last row of the weights is the bias.
  const scores = Float64Array.from(weights.subarray(weights.length - labels))
  for (let index = 0; index < features.length; index++) {
    const start = features[index]! * labels
    const value = values[index]!
    for (let label = 0; label < labels; label++) {
      scores[label] = scores[label]! + value * weights[start + label]!
    }
  }
  return scores
}

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

/** Trains on rows; the epoch and the size of updates are those that held-out rows like best. */
export const trainLinearBaseline = (
  training: readonly LabelledExample[],
  heldOut: readonly LabelledExample[],
  { labels, seed, epochs = 6, onProgress }: LinearBaselineOptions,
): LinearClassifier => {
  const texts = training.map(({ text }) => text)
  const unit = unitOf(texts)
  const { vectorize, size } = createVectorizer(texts, unit)
  const rows = texts.map(vectorize)
  const heldOutRows = heldOut.map(({ text }) => vectorize(text))
  const accuracyOf = (weights: Float32Array): number => {
    let right = 0
    for (const [index, row] of heldOutRows.entries()) {
      if (bestOf(scoresOf(row, weights, labels)) === heldOut[index]!.label) right++
    }
    return right / heldOut.length
  }

  let best = { accuracy: -1, weights: new Float32Array(0) }
  for (const [attempt, rate] of rates.entries()) {
    const weights = new Float32Array((size + 1) * labels)
    const squares = new Float32Array(weights.length)
    const learn = ({ features, values }: Row, label: number) => {
      const errors = scoresOf({ features, values }, weights, labels)
      normalize(errors)
      errors[label] = errors[label]! - 1
      for (let index = 0; index <= features.length; index++) {
        const isBias = index === features.length
        const start = (isBias ? size : features[index]!) * labels
        const value = isBias ? 1 : values[index]!
        for (let place = 0; place < labels; place++) {
          const gradient = value * errors[place]!
          const square = squares[start + place]! + gradient * gradient
          squares[start + place] = square
          if (square > 0) {
            weights[start + place] =
              weights[start + place]! - (rate * gradient) / (Math.sqrt(square) + 1e-6)
          }
        }
      }
    }
    for (let epoch = 0; epoch < epochs; epoch++) {
      const order = createOrder(rows.length, seed, epoch)
      for (let step = 0; step < rows.length; step++) {
        const index = order(step)
        learn(rows[index]!, training[index]!.label)
      }
      const accuracy = accuracyOf(weights)
      if (accuracy > best.accuracy) best = { accuracy, weights: weights.slice() }
      onProgress?.(attempt * epochs + epoch + 1, rates.length * epochs)
    }
  }
  return {
    unit,
    features: size,
    classify: (text) => bestOf(scoresOf(vectorize(text), best.weights, labels)),
  }
}
