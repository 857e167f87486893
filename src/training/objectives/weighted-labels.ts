/** Losses over labels of which some count and others, such as padding, do not. */

import { input } from '../../engine/graph/graph.js'
import type { Value } from '../../engine/graph/value.js'
import {
  add,
  argMax,
  cast,
  crossEntropy,
  div,
  equal,
  logSoftmax,
  mean,
  mul,
  neg,
  sum,
} from '../../engine/operations/index.js'
import { numbersOf, type Tensor, tensorOf } from '../../engine/tensor/tensor.js'
import type { LossValues } from '../step.js'
import type { Feeds } from '../trainer.js'

export interface WeightedLossOptions {
  /** The share of a label that is spread evenly over all classes (Szegedy et al. 2016). */
  readonly smoothing?: number
}

/** The loss of each row, where some of its label is spread over all classes. */
const smoothedLosses = (scores: Value, labels: Value, smoothing: number): Value => {
  const losses = crossEntropy(scores, labels)
  if (smoothing === 0) return losses
  const spread = neg(mean(logSoftmax(scores), { axes: [1] }))
  return add(mul(losses, 1 - smoothing), mul(spread, smoothing))
}

/**
 * The weighted mean of the losses of scores [rows, classes], and the weighted share of right first
 * guesses. Feeds: `weightedFeeds`.
 */
export const weightedLoss = (
  scores: Value,
  { smoothing = 0 }: WeightedLossOptions = {},
): LossValues => {
  const rows = scores.shape[0]!
  const labels = input('labels', { dtype: 'int32', shape: [rows] })
  const weights = input('weights', { dtype: 'float32', shape: [rows] })
  const total = input('total weight', { dtype: 'float32', shape: [] })
  const isRight = cast(equal(cast(argMax(scores, { axis: 1 }), { to: 'int32' }), labels), {
    to: 'float32',
  })
  return {
    loss: div(sum(mul(smoothedLosses(scores, labels, smoothing), weights)), total),
    metrics: { accuracy: div(sum(mul(isRight, weights)), total) },
  }
}

const scalarOf = (value: number): Tensor => tensorOf('float32', [value], [])

/** The feeds of `weightedLoss`. */
export const weightedFeeds = (labels: ArrayLike<number>, weights: ArrayLike<number>): Feeds => {
  let total = 0
  for (let row = 0; row < weights.length; row++) total += weights[row]!
  return {
    labels: tensorOf('int32', labels),
    weights: tensorOf('float32', weights),
    'total weight': scalarOf(total),
  }
}

/** The feeds of a batch of which the first `share` of the rows count alone. */
export const countFirst = (feeds: Feeds, share: number): Feeds => {
  const weights = numbersOf(feeds.weights!)
  const counted = weights.map((weight, row) => (row < share * weights.length ? weight : 0))
  return { ...feeds, ...weightedFeeds(numbersOf(feeds.labels!), counted) }
}

/**
 * The parts of an accumulated batch such that each of its labels weighs as much as in one batch,
 * though the parts have not the same number of them.
 */
export const balanceParts = (parts: readonly Feeds[]): Feeds[] => {
  const totals = parts.map((feeds) => numbersOf(feeds['total weight']!)[0]!)
  // A batch in which nothing counts has the loss 0, and not 0 / 0.
  const mean = totals.reduce((sum, total) => sum + total, 0) / parts.length || 1
  return parts.map((feeds) => ({ ...feeds, 'total weight': scalarOf(mean) }))
}
