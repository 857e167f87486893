/**
 * The first half of training: how often each piece of text occurs, in bounded memory. Long pieces
 * are cut for counting, and where there are too many different ones, rare ones are sampled.
 */

import { forEachPiece } from '../split-pattern.js'

/** The longest piece that is counted as a whole, in UTF-16 units; so no token gets longer. */
const longestPiece = 32

export interface CountOptions {
  readonly texts: Iterable<string> | AsyncIterable<string>
  readonly pattern: RegExp
  /** How many UTF-16 units all different pieces together may have before rare ones are sampled. */
  readonly capacity: number
  /** Awaited after each text, with the UTF-16 units read so far. */
  readonly onText?: (characters: number) => Promise<void>
}

/** Counts by piece, in the order of first occurrence. */
export const countPieces = async ({
  texts,
  pattern,
  capacity,
  onText,
}: CountOptions): Promise<Map<string, number>> => {
  const counts = new Map<string, number>()
  let size = 0
  let characters = 0

  const count = (piece: string) => {
    const before = counts.get(piece)
    if (before !== undefined) {
      counts.set(piece, before + 1)
      return
    }
    counts.set(ownCopy(piece), 1)
    size += piece.length
    if (size > capacity) {
      for (let rare = 1; size > 0.75 * capacity; rare *= 2) size -= thinOut(counts, rare)
    }
  }
  const countParts = (piece: string) => {
    if (piece.length <= longestPiece) count(piece)
    else for (const part of cut(piece)) count(part)
  }

  for await (const text of texts) {
    forEachPiece(pattern, text, countParts)
    characters += text.length
    await onText?.(characters)
  }
  return counts
}

/**
 * Drops every second piece that occurs at most `rare` times and doubles the others, so that pair
 * counts keep their expected values where plain pruning would favour short words over the clauses
 * of Chinese, most of which occur once. Returns the UTF-16 units that became free.
 */
const thinOut = (counts: Map<string, number>, rare: number): number => {
  let freed = 0
  let isKept = false
  for (const [piece, count] of counts) {
    if (count > rare) continue
    isKept = !isKept
    if (isKept) counts.set(piece, 2 * count)
    else {
      counts.delete(piece)
      freed += piece.length
    }
  }
  return freed
}

/** Parts of at most `longestPiece` units that do not cut a surrogate pair in two. */
function* cut(piece: string): Generator<string> {
  for (let from = 0; from < piece.length; ) {
    let to = Math.min(from + longestPiece, piece.length)
    if (piece.codePointAt(to - 1)! > 0xffff) to--
    yield piece.slice(from, to)
    from = to
  }
}

/** V8 keeps the whole text alive for a slice of more than 12 units; this is a string of its own. */
const ownCopy = (piece: string): string => (piece.length > 12 ? piece.split('').join('') : piece)
