/**
 * Whether one model is better than another on the same examples, or only luckier: the paired
 * bootstrap (Efron & Tibshirani 1993; for language tasks Koehn 2004).
 */

import { createRandom } from '../../engine/tensor/random.js'

export interface PairedBootstrapOptions {
  readonly seed?: number
  /** How often examples are drawn anew. */
  readonly samples?: number
}

export interface PairedDifference {
  /** Mean of the first model's scores less that of the second's. */
  readonly difference: number
  /** The middle 95 % of the differences of the samples. */
  readonly low: number
  readonly high: number
  /** The share of the samples in which the first is better; ties count half. */
  readonly share: number
}

/** Compares scores of the same examples, such as 1 for right and 0 for wrong. */
export const pairedBootstrap = (
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  { seed = 0, samples = 2000 }: PairedBootstrapOptions = {},
): PairedDifference => {
  const gaps = Float64Array.from({ length: first.length }, (_, row) => first[row]! - second[row]!)
  const random = createRandom(seed, 'paired bootstrap')
  const means = new Float64Array(samples)
  let better = 0
  for (let sample = 0; sample < samples; sample++) {
    let sum = 0
    for (let draw = 0; draw < gaps.length; draw++) sum += gaps[random.integer(gaps.length)]!
    means[sample] = sum / gaps.length
    better += sum > 0 ? 1 : sum === 0 ? 0.5 : 0
  }
  means.sort()
  const at = (share: number) => means[Math.min(samples - 1, Math.floor(share * samples))]!
  return {
    difference: gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length,
    low: at(0.025),
    high: at(0.975),
    share: better / samples,
  }
}
