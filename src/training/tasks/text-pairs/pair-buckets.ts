/** Which pairs of texts are read together: those that fit into rows of the same lengths. */

import { rowLengths } from '../../../data/order/bucket-plan.js'
import type { PairIds } from '../../objectives/text-pairs.js'

export interface PairBucket {
  readonly sourceTime: number
  readonly targetTime: number
}

/** Sizes of rows, each with room for all of the ones before, the last with room for every pair. */
export const bucketsOf = (pairs: readonly PairIds[]): PairBucket[] => {
  const sources = rowLengths(pairs.map(({ source }) => source.length))
  const targets = rowLengths(pairs.map(({ target }) => target.length))
  const all = sources.map((sourceTime, place) => ({ sourceTime, targetTime: targets[place]! }))
  const isLarger = (one: PairBucket, other: PairBucket | undefined) =>
    one.sourceTime !== other?.sourceTime || one.targetTime !== other.targetTime
  return all.filter((bucket, place) => isLarger(bucket, all[place + 1]))
}

/** The place of the first bucket that has room for a pair. */
export const bucketOf = ({ source, target }: PairIds, buckets: readonly PairBucket[]): number =>
  buckets.findIndex(
    ({ sourceTime, targetTime }) => source.length <= sourceTime && target.length <= targetTime,
  )
