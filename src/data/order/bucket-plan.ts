/**
 * Which examples a training step sees where examples differ in size: those of like size together, so
 * that little of a batch is padding. Like `plan.ts` it is a pure function of (seed, step).
 */

import { createPlan } from './plan.js'
import { createOrder } from './shuffle.js'

export interface BucketPlanOptions {
  /** The bucket of each example, from 0 up: what fits in one fits in those after it. */
  readonly buckets: readonly number[]
  /** By what examples of a bucket are put together. */
  readonly sizes: readonly number[]
  /** Examples in a step. */
  readonly batchSize: number
  readonly seed: number
}

export interface PlannedBatch {
  /** The bucket in which all of them fit. */
  readonly bucket: number
  /** Into the examples that were planned over. */
  readonly indexes: readonly number[]
}

/** Steps at most whose examples are drawn together and then put in order of their sizes. */
const longestPool = 16

/** The batch of a step, from step 0. */
export const createBucketPlan = ({
  buckets,
  sizes,
  batchSize,
  seed,
}: BucketPlanOptions): ((step: number) => PlannedBatch) => {
  // No more than an epoch, lest a batch has the same example several times.
  const poolSteps = Math.max(1, Math.min(longestPool, Math.floor(buckets.length / batchSize)))
  const planOfPool = createPlan({ count: buckets.length, batchSize: poolSteps * batchSize, seed })
  let known: { readonly pool: number; readonly batches: readonly PlannedBatch[] } | undefined
  const batchesOf = (pool: number): readonly PlannedBatch[] => {
    const indexes = planOfPool(pool)
      .map(({ index }) => index)
      .sort((a, b) => buckets[a]! - buckets[b]! || sizes[a]! - sizes[b]!)
    const orderOf = createOrder(poolSteps, seed, pool)
    return Array.from({ length: poolSteps }, (_, place) => {
      const start = orderOf(place) * batchSize
      const members = indexes.slice(start, start + batchSize)
      return { bucket: buckets[members.at(-1)!]!, indexes: members }
    })
  }
  return (step) => {
    const pool = Math.floor(step / poolSteps)
    if (known?.pool !== pool) known = { pool, batches: batchesOf(pool) }
    return known.batches[step % poolSteps]!
  }
}

/** Row lengths are multiples of this, which kernels like. */
const lengthStep = 8
/** The shares of examples that fit into rows of each length. */
const lengthShares = [0.5, 0.9, 1]

/**
 * Lengths for rows of examples that are so long: a few of them, the shortest first, with duplicates
 * where examples hardly differ; the last has room for all. None is above `most`.
 */
export const rowLengths = (
  lengths: readonly number[],
  most = Number.POSITIVE_INFINITY,
): number[] => {
  const sorted = lengths.toSorted((a, b) => a - b)
  return lengthShares.map((share) => {
    const length = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 1
    return Math.min(most, lengthStep * Math.ceil(Math.max(1, length) / lengthStep))
  })
}
