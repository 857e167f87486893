/**
 * What the n-grams of linear classifiers are made of: words, or characters in scripts without spaces.
 * Apart from any tokenizer, whose pieces of words say little by themselves.
 */

export const pieceUnits = ['words', 'characters'] as const

export type PieceUnit = (typeof pieceUnits)[number]

/** Scripts that are written without spaces. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/gu

/** Texts of a sample that tell the unit of all. */
const sampled = 200

/** What suits texts. */
export const pieceUnitOf = (texts: readonly string[]): PieceUnit => {
  const sample = texts.slice(0, sampled).join('')
  return (sample.match(unspaced)?.length ?? 0) > 0.2 * sample.length ? 'characters' : 'words'
}

/** A text's pieces in lower case; punctuation marks are words of their own. */
export const piecesOf = (text: string, unit: PieceUnit): string[] =>
  unit === 'characters'
    ? [...text.toLowerCase().replace(/\s+/g, ' ')]
    : (text.toLowerCase().match(/[\p{L}\p{M}\p{N}]+|[^\s\p{L}\p{M}\p{N}]/gu) ?? [])
