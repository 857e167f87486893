/** Batches of examples that are about equally long, so that little of them is padding. */

import { hashOf } from '../engine/tensor/random.js'
import type { Plan, PlannedExample } from './plan.js'

/** Steps whose examples are sorted by their lengths and dealt out anew. */
const window = 16

export interface LikeLengthsOptions {
  readonly lengthOf: (index: number) => number
  readonly seed: number
}

/** A plan of the same examples, dealt out such that those of a step are about equally long. */
export const planLikeLengths = (plan: Plan, { lengthOf, seed }: LikeLengthsOptions): Plan => {
  let known: { readonly place: number; readonly steps: PlannedExample[][] } | undefined
  const stepsOf = (place: number): PlannedExample[][] => {
    const steps = Array.from({ length: window }, (_, step) => plan(place * window + step))
    const sorted = steps.flat().sort((a, b) => lengthOf(a.index) - lengthOf(b.index))
    const batch = steps[0]!.length
    return steps
      .map((_, step) => sorted.slice(step * batch, (step + 1) * batch))
      .map((rows, step) => ({ rows, order: hashOf(seed, 'like lengths', place, step) }))
      .sort((a, b) => a.order - b.order)
      .map(({ rows }) => rows)
  }
  return (step) => {
    const place = Math.floor(step / window)
    if (known?.place !== place) known = { place, steps: stepsOf(place) }
    return known.steps[step % window]!
  }
}

/** Row lengths are multiples of this, which kernels like. */
const multiple = 8
/** The shares of examples that fit into rows of each length. */
const shares = [0.5, 0.85, 1]

/** The few lengths that rows are padded to, the shortest first; the last one fits all that may be. */
export const rowLengths = (lengths: readonly number[], most: number): number[] => {
  const sorted = lengths.toSorted((a, b) => a - b)
  const padded = shares.map((share) => {
    const length = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 1
    return Math.min(most, multiple * Math.ceil(Math.max(1, length) / multiple))
  })
  return [...new Set(padded)]
}
