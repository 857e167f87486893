/**
 * In which pieces each pair occurs, as chains in one pool of typed arrays: a hundred million
 * entries take 800 MB there, and several times that as lists of their own.
 */

import { grow } from './pair-table.js'

export interface Occurrences {
  /** Notes that a pair occurs in a piece; all pairs of a piece are to be noted in one go. */
  add(pair: number, piece: number): void
  /** Visits a pair's pieces and forgets them; some may no longer contain it. */
  takeAll(pair: number, visit: (piece: number) => void): void
}

export const createOccurrences = (): Occurrences => {
  // Entry 0 ends every chain. Entries that were freed are a chain as well.
  let pieces = new Int32Array(2 ** 16)
  let nexts = new Int32Array(2 ** 16)
  let used = 1
  let free = 0
  const heads: number[] = []

  const newEntry = (): number => {
    if (free !== 0) {
      const entry = free
      free = nexts[entry]!
      return entry
    }
    if (used === pieces.length) {
      pieces = grow(pieces, 2 * used)
      nexts = grow(nexts, 2 * used)
    }
    return used++
  }

  return {
    add: (pair, piece) => {
      const head = heads[pair] ?? 0
      if (head !== 0 && pieces[head] === piece) return // the pair occurs in it twice
      const entry = newEntry()
      pieces[entry] = piece
      nexts[entry] = head
      heads[pair] = entry
    },
    takeAll: (pair, visit) => {
      let entry = heads[pair] ?? 0
      heads[pair] = 0
      while (entry !== 0) {
        visit(pieces[entry]!)
        const next = nexts[entry]!
        nexts[entry] = free
        free = entry
        entry = next
      }
    },
  }
}
