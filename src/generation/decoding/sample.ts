/**
 * Draws one id from scores. The filters apply in the order in which users of other tools know them:
 * temperature, top-k, top-p (Holtzman et al. 2020), min-p; each sees what the one before has left.
 */

import type { Random } from '../../engine/tensor/random.js'
import { type Weighed, weigh } from '../../engine/tensor/softmax.js'

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

const sumOf = (weights: Float64Array, ids: readonly number[]): number =>
  ids.reduce((sum, id) => sum + weights[id]!, 0)

const idsFrom = (least: number, weights: Float64Array): number[] => {
  const ids: number[] = []
  for (let id = 0; id < weights.length; id++) if (weights[id]! >= least) ids.push(id)
  return ids
}

/** Weights from which on ids are looked at, one after another until they are enough; the largest is 1. */
const leasts = [...Array.from({ length: 10 }, (_, round) => 4 ** -(round + 2)), 0]

/** As many of the best ids as the filters may need, best first: sorting all takes many times as long. */
const sortBest = (
  { weights, total }: Weighed,
  { topK = 0, topP = 1, minP = 0 }: SamplingOptions,
): number[] => {
  const isEnough = (ids: readonly number[]): boolean =>
    topK > 0 ? ids.length >= topK : topP >= 1 || sumOf(weights, ids) >= topP * total
  let ids: number[] = []
  for (const least of topK > 0 || topP < 1 ? leasts : [Math.min(1, minP)]) {
    ids = idsFrom(least, weights)
    if (isEnough(ids)) break
  }
  return ids.sort((a, b) => weights[b]! - weights[a]! || a - b)
}

/** The ids that the filters leave, best first. */
const filter = (weighed: Weighed, options: SamplingOptions): readonly number[] => {
  const { topK = 0, topP = 1, minP = 0 } = options
  const { weights, total } = weighed
  const best = sortBest(weighed, options)
  let ids = topK > 0 ? best.slice(0, topK) : best
  if (topP < 1) {
    const enough = topP * (topK > 0 ? sumOf(weights, ids) : total)
    let sum = 0
    let kept = 0
    while (kept < ids.length && (kept === 0 || sum < enough)) sum += weights[ids[kept++]!]!
    ids = ids.slice(0, kept)
  }
  let count = ids.length
  while (count > 1 && weights[ids[count - 1]!]! < minP * weights[ids[0]!]!) count--
  return ids.slice(0, count)
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
  const weighed = weigh(scores, temperature)
  const { weights, total } = weighed
  const isFiltered = topK > 0 || topP < 1 || minP > 0
  const candidates = isFiltered ? filter(weighed, options) : undefined
  const count = candidates?.length ?? weights.length
  const idAt = (place: number) => candidates?.[place] ?? place
  let rest = random.uniform() * (candidates === undefined ? total : sumOf(weights, candidates))
  let place = 0
  while (place < count - 1 && rest >= weights[idAt(place)]!) rest -= weights[idAt(place++)]!
  // Rounding may leave a rest at the end, where ids may stand that were ruled out.
  while (place > 0 && weights[idAt(place)] === 0) place--
  return { id: idAt(place), probability: weights[idAt(place)]! / total }
}
