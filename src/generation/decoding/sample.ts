/**
 * Draws one id from scores. The filters apply in the order in which users of other tools know them:
 * temperature, top-k, top-p (Holtzman et al. 2020), min-p; each sees what the one before has left.
 */

import type { Random } from '../../engine/tensor/random.js'
import { weigh } from '../../engine/tensor/softmax.js'

export interface SamplingOptions {
  /** Divides the scores; 0 takes the best id every time. 1 when left out. */
  readonly temperature?: number
  /** Keeps the k best ids; all when 0 or left out. */
  readonly topK?: number
  /** Keeps the fewest best ids whose probabilities add up to p; all when 1 or left out. */
  readonly topP?: number
  /** Keeps ids at least this many times as probable as the best one. */
  readonly minP?: number
}

export interface Sample {
  readonly id: number
  /** The probability of the id before any filter but the temperature. */
  readonly probability: number
}

const indexOfLargest = (scores: Float32Array): number => {
  let best = 0
  for (let id = 1; id < scores.length; id++) if (scores[id]! > scores[best]!) best = id
  return best
}

const sumOf = (weights: Float64Array, ids: Int32Array): number =>
  ids.reduce((sum, id) => sum + weights[id]!, 0)

/** The ids that the filters leave, best first. */
const filter = (
  weights: Float64Array,
  { topK = 0, topP = 1, minP = 0 }: SamplingOptions,
): Int32Array => {
  const order = Int32Array.from({ length: weights.length }, (_, id) => id)
  order.sort((a, b) => weights[b]! - weights[a]! || a - b)
  let count = topK > 0 ? Math.min(topK, order.length) : order.length
  if (topP < 1) {
    const enough = topP * sumOf(weights, order.subarray(0, count))
    let sum = 0
    let kept = 0
    while (kept < count && (kept === 0 || sum < enough)) sum += weights[order[kept++]!]!
    count = kept
  }
  while (count > 1 && weights[order[count - 1]!]! < minP * weights[order[0]!]!) count--
  return order.subarray(0, count)
}

/** Draws an id; equal scores and an equal state of `random` give an equal id. */
export const sampleId = (
  scores: Float32Array,
  options: SamplingOptions,
  random: Random,
): Sample => {
  const { temperature = 1, topK = 0, topP = 1, minP = 0 } = options
  if (temperature === 0) {
    const { weights, total } = weigh(scores)
    const id = indexOfLargest(scores)
    return { id, probability: weights[id]! / total }
  }
  const { weights, total } = weigh(scores, temperature)
  const isFiltered = topK > 0 || topP < 1 || minP > 0
  const candidates = isFiltered ? filter(weights, options) : undefined
  const count = candidates?.length ?? weights.length
  const idAt = (place: number) => candidates?.[place] ?? place
  let rest = random.uniform() * (candidates === undefined ? total : sumOf(weights, candidates))
  let place = 0
  while (place < count - 1 && rest >= weights[idAt(place)]!) rest -= weights[idAt(place++)]!
  // Rounding may leave a rest at the end, where ids may stand that were ruled out.
  while (place > 0 && weights[idAt(place)] === 0) place--
  return { id: idAt(place), probability: weights[idAt(place)]! / total }
}
