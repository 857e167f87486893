/**
 * Byte pair encoding of characters with bytes to fall back on (Kudo & Richardson 2018): the
 * tokenizer of Llama. A text is one piece, so merges may reach across words.
 */

import { StorageError } from '../../errors.js'
import { createMerge } from './byte-pair/merge.js'
import type { SentencePieceDefinition } from './definition.js'
import { joinMerges } from './join-merges.js'
import { assembleTokenizer, indexVocabulary, type TextTokenizer } from './tokenizer.js'
import { wellFormed } from './well-formed.js'

/** What stands for a space in tokens. */
export const spaceMark = '▁'

/** The token of a byte that is part of no other token. */
export const byteToken = (byte: number): string =>
  `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`

const byteOf = (token: string): number | undefined => {
  const found = /^<0x([0-9A-F]{2})>$/.exec(token)
  return found === null ? undefined : Number.parseInt(found[1]!, 16)
}

const textEncoder = new TextEncoder()

/** The UTF-8 that a token stands for. */
export const readSentencePiece = (token: string): Uint8Array => {
  const byte = byteOf(token)
  return byte === undefined
    ? textEncoder.encode(token.replaceAll(spaceMark, ' '))
    : Uint8Array.of(byte)
}

/** The tokenizer of a definition. Throws StorageError where the definition contradicts itself. */
export const createSentencePieceTokenizer = (
  definition: SentencePieceDefinition,
): TextTokenizer => {
  const idsByToken = indexVocabulary(definition)
  const merge = createMerge(joinMerges(definition, idsByToken))
  const byteIds = Array.from({ length: 256 }, (_, byte) => {
    const id = idsByToken.get(byteToken(byte))
    if (id !== undefined) return id
    throw new StorageError(
      `vocabulary: token ${byteToken(byte)} is missing. Expected one for each of the 256 bytes.`,
    )
  })

  return assembleTokenizer(definition, idsByToken, {
    hasLeadingSpace: true,
    encode: (text, ids) => {
      if (text === '') return
      const symbols: number[] = []
      for (const character of spaceMark + wellFormed(text).replaceAll(' ', spaceMark)) {
        const id = idsByToken.get(character)
        if (id !== undefined) symbols.push(id)
        else for (const byte of textEncoder.encode(character)) symbols.push(byteIds[byte]!)
      }
      merge(Int32Array.from(symbols), symbols.length, ids)
    },
    bytesOf: readSentencePiece,
  })
}
