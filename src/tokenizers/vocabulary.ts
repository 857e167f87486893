/**
 * One vocabulary for all media: special tokens, then text pieces, then picture codes, each a
 * contiguous range. A text tokenizer with these special tokens gives ids of it as they are.
 */

import type { IdRange } from '../network/models/transformer.js'

/** The special tokens, whose ids are their places in this list. */
export const specialTokens = ['<pad>', '<bos>', '<eos>', '<image>', '</image>', '<mask>'] as const

export type SpecialToken = (typeof specialTokens)[number]

export const specialId = (token: SpecialToken): number => specialTokens.indexOf(token)

export interface Vocabulary {
  /** Special tokens and text pieces: the ids of the text tokenizer. */
  readonly text: IdRange
  readonly image: IdRange
  /** How many ids there are. */
  readonly size: number
}

export const createVocabulary = ({
  textPieces,
  imageCodes,
}: {
  /** The size of the text tokenizer's vocabulary, special tokens included. */
  textPieces: number
  imageCodes: number
}): Vocabulary => ({
  text: { start: 0, end: textPieces },
  image: { start: textPieces, end: textPieces + imageCodes },
  size: textPieces + imageCodes,
})
