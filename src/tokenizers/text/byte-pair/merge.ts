/**
 * Byte pair encoding of one piece of text (Sennrich et al. 2016): of all adjacent pairs the one
 * that was learnt first is merged, the leftmost of equals, until no known pair is left. A linked
 * list and a heap make that n log n, so a piece may be megabytes long.
 */

import { StorageError } from '../../../errors.js'
import { createHeap } from './heap.js'
import { createPairTable } from './pair-table.js'

export interface MergeRules {
  /** Pairs of ids in the order in which they were learnt. */
  readonly pairs: readonly (readonly [left: number, right: number])[]
  /** The id that each pair becomes. */
  readonly results: ArrayLike<number>
}

/** Merges the first `length` of `symbols`, overwriting them, and appends what remains to `ids`. */
export type Merge = (symbols: Int32Array, length: number, ids: number[]) => void

/** A heap entry is rank x 2^32 + position: exact in a double for ranks below 2^21. */
const rankUnit = 2 ** 32

/** Room for the usual piece; a longer one gets arrays of its own. */
const usualLength = 256

const createLinks = (length: number) => ({
  next: new Int32Array(length),
  previous: new Int32Array(length),
  /** The rank of the pair that starts here, -1 where there is none. */
  ranks: new Int32Array(length),
})

/** The function that applies the rules. Throws StorageError on a pair that they name twice. */
export const createMerge = ({ pairs, results }: MergeRules): Merge => {
  const table = createPairTable(pairs.length)
  for (const [rank, [left, right]] of pairs.entries()) {
    if (table.add(left, right) === rank) continue
    throw new StorageError(
      `merge ${rank}: the pair of ids ${left} and ${right} has been merged before. ` +
        'Remove the repetition.',
    )
  }
  const usualLinks = createLinks(usualLength)
  const heap = createHeap((a, b) => a < b)

  return (symbols, length, ids) => {
    const { next, previous, ranks } = length <= usualLength ? usualLinks : createLinks(length)

    const rate = (at: number) => {
      const after = next[at]!
      const rank = after < length ? table.find(symbols[at]!, symbols[after]!) : -1
      ranks[at] = rank
      if (rank >= 0) heap.push(rank * rankUnit + at)
    }

    for (let at = 0; at < length; at++) {
      next[at] = at + 1
      previous[at] = at - 1
      rate(at)
    }
    while (heap.size > 0) {
      const entry = heap.pop()
      const rank = Math.floor(entry / rankUnit)
      const at = entry - rank * rankUnit
      if (ranks[at] !== rank) continue // this pair is gone: a neighbour was merged first
      const merged = next[at]!
      const after = next[merged]!
      symbols[at] = results[rank]!
      ranks[merged] = -1
      next[at] = after
      if (after < length) previous[after] = at
      rate(at)
      if (at > 0) rate(previous[at]!)
    }
    for (let at = 0; at < length; at = next[at]!) ids.push(symbols[at]!)
  }
}
