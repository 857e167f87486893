/**
 * The byte-level byte pair tokenizer (Sennrich et al. 2016, Radford et al. 2019): any text can be
 * encoded, because its UTF-8 bytes are tokens. Training it is in train-byte-pair.ts.
 */

import { DataError } from '../../errors.js'
import { byteCharacters, readSpelling } from './byte-pair/byte-level.js'
import { createMerge } from './byte-pair/merge.js'
import type { BytePairDefinition } from './definition.js'
import { joinMerges } from './join-merges.js'
import { compileSplitPattern, forEachPiece } from './split-pattern.js'
import { assembleTokenizer, indexVocabulary, type TextTokenizer } from './tokenizer.js'

/** The tokenizer of a definition. Throws StorageError where the definition contradicts itself. */
export const createBytePairTokenizer = (definition: BytePairDefinition): TextTokenizer => {
  const idsByToken = indexVocabulary(definition)
  const split = compileSplitPattern(definition.splitPattern)
  const encodePiece = createPieceEncoder(definition, idsByToken)
  const remembered = createMemory()

  return assembleTokenizer(definition, idsByToken, {
    encode: (text, ids) =>
      forEachPiece(split, text, (piece) => {
        const known = remembered.get(piece)
        if (known !== undefined) {
          for (const id of known) ids.push(id)
          return
        }
        const start = ids.length
        encodePiece(piece, ids)
        remembered.set(piece, ids, start)
      }),
    bytesOf: readSpelling,
  })
}

/** Appends the ids of one piece, without memory of others. */
const createPieceEncoder = (
  definition: BytePairDefinition,
  idsByToken: ReadonlyMap<string, number>,
) => {
  const { unknownToken, vocabulary } = definition
  const merge = createMerge(joinMerges(definition, idsByToken))
  const unknownId = unknownToken === undefined ? -1 : idsByToken.get(unknownToken)!
  const byteIds = Int32Array.from(byteCharacters, (c) => idsByToken.get(c) ?? unknownId)
  const textEncoder = new TextEncoder()
  const usual = createRoom(64)

  return (piece: string, ids: number[]) => {
    const { bytes, symbols } = piece.length <= 64 ? usual : createRoom(piece.length)
    const { written: length } = textEncoder.encodeInto(piece, bytes)
    for (let at = 0; at < length; at++) {
      const byte = bytes[at]!
      const id = byteIds[byte]!
      if (id < 0) {
        throw new DataError(
          `text ${JSON.stringify(piece.slice(0, 40))}: the vocabulary of ${vocabulary.length} ` +
            `tokens has none for byte ${byte}. Use a tokenizer that has all 256 bytes.`,
        )
      }
      symbols[at] = id
    }
    merge(symbols, length, ids)
  }
}

/** Room for the UTF-8 of `units` UTF-16 units, each of which takes three bytes at most. */
const createRoom = (units: number) => ({
  bytes: new Uint8Array(3 * units),
  symbols: new Int32Array(3 * units),
})

/**
 * Longer pieces are rarely seen again. Up to this length V8 copies what it slices from a text;
 * from 13 on a slice would keep the whole text in memory.
 */
const longestRemembered = 12

/**
 * The ids of pieces seen lately. Two generations of at most 32,768 pieces: the old one is dropped
 * as a whole when the young one is full, and what is asked for again moves over before that.
 */
const createMemory = () => {
  let young = new Map<string, readonly number[]>()
  let old = new Map<string, readonly number[]>()
  const keep = (piece: string, ids: readonly number[]) => {
    if (young.size >= 32_768) {
      old = young
      young = new Map()
    }
    young.set(piece, ids)
  }
  return {
    get: (piece: string): readonly number[] | undefined => {
      if (piece.length > longestRemembered) return undefined
      const ids = young.get(piece)
      if (ids !== undefined) return ids
      const past = old.get(piece)
      if (past !== undefined) keep(piece, past)
      return past
    },
    /** Remembers the ids from `start` to the end of `ids`. */
    set: (piece: string, ids: readonly number[], start: number) => {
      if (piece.length <= longestRemembered) keep(piece, ids.slice(start))
    },
  }
}
