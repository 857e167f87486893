/**
 * The pieces of the training text as sequences of ids, with the frequency of every adjacent pair,
 * which each merge brings up to date where it changes something.
 */

import { createOccurrences } from './occurrences.js'
import { createPairTable, grow, type PairTable } from './pair-table.js'

export interface Corpus {
  /** All pairs that have ever been adjacent. */
  readonly pairs: PairTable
  /** How often a pair is adjacent now, by its slot. */
  frequencyOf(slot: number): number
  /** Replaces a pair by an id, everywhere; overlapping pairs from the left. */
  merge(slot: number, id: number): void
}

/** The pieces of `counts`, each with its number of occurrences, as ids of their bytes. */
export const createCorpus = (counts: ReadonlyMap<string, number>, firstByteId: number): Corpus => {
  const { symbols, starts, lengths, weights } = layOut(counts, firstByteId)
  const pairs = createPairTable(2 ** 16)
  const occurrences = createOccurrences()
  const frequencies: number[] = []

  const add = (left: number, right: number, piece: number) => {
    const slot = pairs.add(left, right)
    frequencies[slot] = (frequencies[slot] ?? 0) + weights[piece]!
    occurrences.add(slot, piece)
  }
  const take = (left: number, right: number, piece: number) => {
    const slot = pairs.find(left, right)
    frequencies[slot] = frequencies[slot]! - weights[piece]!
  }

  /** Merges in one piece, which becomes shorter in its place. */
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
        take(before, left, piece)
        add(before, id, piece)
      }
      if (read < end) {
        const after = symbols[read]!
        take(right, after, piece)
        add(id, after, piece)
      }
      symbols[write++] = id
    }
    lengths[piece] = write - start
  }

  for (let piece = 0; piece < weights.length; piece++) {
    const start = starts[piece]!
    for (let at = start + 1; at < start + lengths[piece]!; at++) {
      add(symbols[at - 1]!, symbols[at]!, piece)
    }
  }

  return {
    pairs,
    frequencyOf: (slot) => frequencies[slot]!,
    merge: (slot, id) => {
      const left = pairs.leftOf(slot)
      const right = pairs.rightOf(slot)
      occurrences.takeAll(slot, (piece) => mergeIn(piece, left, right, id))
      frequencies[slot] = 0
    },
  }
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
    if (end > symbols.length) symbols = grow(symbols, 2 * end)
    for (let at = 0; at < bytes.length; at++) symbols[start + at] = firstByteId + bytes[at]!
    starts[piece] = start
    lengths[piece] = bytes.length
    weights[piece] = count
    piece++
  }
  return { symbols, starts, lengths, weights }
}
