/**
 * The second half of training: which pairs to merge, from the counts of pieces (Sennrich et al.
 * 2016). Pair counts are kept up to date merge by merge; a pair knows the pieces it occurs in, and
 * a heap knows the most frequent pair.
 */

import { createHeap } from './heap.js'
import { createPairTable, grow } from './pair-table.js'

export interface LearnOptions {
  /** How often each piece of text occurs. */
  readonly counts: ReadonlyMap<string, number>
  /** The id of byte 0; byte b has this id + b, and merges take the ids from this id + 256 on. */
  readonly firstByteId: number
  /** How many merges to learn at most. */
  readonly limit: number
  /** Pairs that occur less often are not merged. */
  readonly minimumFrequency: number
  /** Whether a pair may become a token. */
  readonly isAllowed?: (left: number, right: number) => boolean
  /** Called after each merge. */
  readonly onMerge?: (left: number, right: number) => void
}

/**
 * Pairs of ids in the order of learning: the most frequent pair at each step; of equally frequent
 * ones that with the smaller left id, then the smaller right id.
 */
export const learnMerges = (options: LearnOptions): [left: number, right: number][] => {
  const { firstByteId, limit, minimumFrequency, isAllowed = () => true, onMerge } = options
  const { symbols, starts, lengths, weights } = layOut(options.counts, firstByteId)
  const pairs = createPairTable(2 ** 16)
  const occurrences = createOccurrences()
  const frequencies: number[] = []

  const addTo = (left: number, right: number, piece: number) => {
    const slot = pairs.add(left, right)
    frequencies[slot] = (frequencies[slot] ?? 0) + weights[piece]!
    occurrences.add(slot, piece)
  }
  const takeFrom = (left: number, right: number, piece: number) => {
    const slot = pairs.find(left, right)
    frequencies[slot] = frequencies[slot]! - weights[piece]!
  }

  /** Replaces a pair wherever it occurs in a piece, which becomes shorter in its place. */
  const mergeIn = (piece: number, left: number, right: number, id: number) => {
    const start = starts[piece]!
    const end = start + lengths[piece]!
    let write = start
    for (let read = start; read < end; ) {
      const symbol = symbols[read++]!
      if (symbol !== left || read === end || symbols[read] !== right) {
        symbols[write++] = symbol
        continue
      }
      read++
      if (write > start) {
        const before = symbols[write - 1]!
        takeFrom(before, left, piece)
        addTo(before, id, piece)
      }
      if (read < end) {
        const after = symbols[read]!
        takeFrom(right, after, piece)
        addTo(id, after, piece)
      }
      symbols[write++] = id
    }
    lengths[piece] = write - start
  }

  for (let piece = 0; piece < weights.length; piece++) {
    const start = starts[piece]!
    for (let at = start + 1; at < start + lengths[piece]!; at++) {
      addTo(symbols[at - 1]!, symbols[at]!, piece)
    }
  }

  // A pair is in the heap at most once, under the frequency that it had when it went in. Later
  // merges only lower that: a stale pair comes up too early, and then goes back to its place.
  const queued: number[] = []
  const queue = createHeap((a, b) => {
    if (queued[a] !== queued[b]) return queued[a]! > queued[b]!
    const lefts = pairs.leftOf(a) - pairs.leftOf(b)
    return lefts !== 0 ? lefts < 0 : pairs.rightOf(a) < pairs.rightOf(b)
  })
  const enqueue = (slot: number) => {
    queued[slot] = frequencies[slot]!
    if (queued[slot]! >= minimumFrequency && queued[slot]! > 0) queue.push(slot)
  }

  const merges: [left: number, right: number][] = []
  for (let slot = 0; slot < pairs.size; slot++) enqueue(slot)
  while (merges.length < limit && queue.size > 0) {
    const slot = queue.pop()
    if (frequencies[slot] !== queued[slot]) {
      enqueue(slot)
      continue
    }
    const left = pairs.leftOf(slot)
    const right = pairs.rightOf(slot)
    if (!isAllowed(left, right)) continue
    const firstNew = pairs.size
    const id = firstByteId + 256 + merges.length
    occurrences.takeAll(slot, (piece) => mergeIn(piece, left, right, id))
    for (let added = firstNew; added < pairs.size; added++) enqueue(added)
    merges.push([left, right])
    onMerge?.(left, right)
  }
  return merges
}

/** All pieces as ids of their bytes, one behind the other. */
const layOut = (counts: ReadonlyMap<string, number>, firstByteId: number) => {
  const starts = new Int32Array(counts.size)
  const lengths = new Int32Array(counts.size)
  const weights = new Float64Array(counts.size)
  const textEncoder = new TextEncoder()
  let symbols = new Int32Array(2 ** 16)
  let piece = 0
  let end = 0
  for (const [text, count] of counts) {
    const bytes = textEncoder.encode(text)
    const start = end
    end += bytes.length
    if (end > symbols.length) symbols = grow(symbols, 2 * end) as typeof symbols
    for (let at = 0; at < bytes.length; at++) symbols[start + at] = firstByteId + bytes[at]!
    starts[piece] = start
    lengths[piece] = bytes.length
    weights[piece] = count
    piece++
  }
  return { symbols, starts, lengths, weights }
}

/** The pieces in which each pair occurs, and maybe some in which it no longer does. */
const createOccurrences = () => {
  // Chains in one pool of entries; entry 0 ends every chain, freed entries are chained as well.
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
      pieces = grow(pieces, 2 * used) as typeof pieces
      nexts = grow(nexts, 2 * used) as typeof nexts
    }
    return used++
  }

  return {
    add: (slot: number, piece: number) => {
      const head = heads[slot] ?? 0
      // Pieces are worked on one after another, so a repetition is at the head.
      if (head !== 0 && pieces[head] === piece) return
      const entry = newEntry()
      pieces[entry] = piece
      nexts[entry] = head
      heads[slot] = entry
    },
    /** Visits a pair's pieces and forgets them. */
    takeAll: (slot: number, visit: (piece: number) => void) => {
      let entry = heads[slot] ?? 0
      heads[slot] = 0
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
