/**
 * WordPiece as BERT uses it (Devlin et al. 2019): text is normalised and cut into words, and each
 * word becomes the longest pieces that the vocabulary has, from its start on.
 */

import type { BertNormalization, WordPieceDefinition } from './definition.js'
import { assembleTokenizer, indexVocabulary, type TextTokenizer } from './tokenizer.js'
import { wellFormed } from './well-formed.js'

/** What pieces that go on with a word start with. */
export const continuation = '##'

/** The unified ideographs, as BERT counts them. */
const chinese =
  /[\u4e00-\u9fff\u3400-\u4dbf\u{20000}-\u{2a6df}\u{2a700}-\u{2b73f}\u{2b740}-\u{2b81f}\u{2b820}-\u{2ceaf}\uf900-\ufaff\u{2f800}-\u{2fa1f}]/gu

/** Punctuation, and all that ASCII prints save letters and digits. */
const punctuation = String.raw`\p{P}\u0021-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u007e`

const wordPatterns = {
  bert: new RegExp(`[${punctuation}]|[^\\s${punctuation}]+`, 'gu'),
  // \w+|[^\w\s]+ as the Rust library reads it
  runs: /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_C}]+|[^\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_C}\s]+/gu,
}

const normalize = (
  text: string,
  { isCleaned, dividesChinese, stripsAccents, isLowercased }: BertNormalization,
): string => {
  const cleaned = isCleaned
    ? text.replace(/[\0\ufffd]|(?![\t\n\r])[\p{Cc}\p{Cf}\p{Cn}\p{Co}]/gu, '').replace(/\s/gu, ' ')
    : text
  const divided = dividesChinese ? cleaned.replace(chinese, ' $& ') : cleaned
  const bare = stripsAccents ? divided.normalize('NFD').replace(/\p{Mn}/gu, '') : divided
  return isLowercased ? bare.toLowerCase() : bare
}

/** Spaces that English does not have: before punctuation and endings. */
const cleanUp = (token: string): string =>
  token.replace(/^ (?=[.?!,])/, '').replace(/^ (?=(n't|'m|'s|'ve|'re)$)/, '')

/** The text that a token stands for, with the space before a word. */
export const readWordPiece = (token: string, hasCleanup: boolean): string => {
  if (token.startsWith(continuation)) return token.slice(continuation.length)
  return hasCleanup ? cleanUp(` ${token}`) : ` ${token}`
}

/** The tokenizer of a definition. Throws StorageError where the definition contradicts itself. */
export const createWordPieceTokenizer = (definition: WordPieceDefinition): TextTokenizer => {
  const idsByToken = indexVocabulary(definition)
  const { normalization, words, maximumWordLength, unknownToken, hasCleanup } = definition
  const unknownId = idsByToken.get(unknownToken)!
  const textEncoder = new TextEncoder()

  /** The ids of a word's pieces; undefined where a part of it is none. */
  const piecesOf = (word: string): number[] | undefined => {
    const characters = [...word]
    if (characters.length > maximumWordLength) return undefined
    const ids: number[] = []
    for (let start = 0; start < characters.length; ) {
      let end = characters.length
      let id: number | undefined
      for (; end > start; end--) {
        const piece = characters.slice(start, end).join('')
        id = idsByToken.get(start === 0 ? piece : continuation + piece)
        if (id !== undefined) break
      }
      if (id === undefined) return undefined
      ids.push(id)
      start = end
    }
    return ids
  }

  return assembleTokenizer(definition, idsByToken, {
    hasLeadingSpace: true,
    encode: (text, ids) => {
      const whole = wellFormed(text)
      const normal = normalization === undefined ? whole : normalize(whole, normalization)
      for (const [word] of normal.matchAll(wordPatterns[words])) {
        ids.push(...(piecesOf(word) ?? [unknownId]))
      }
    },
    bytesOf: (token) => textEncoder.encode(readWordPiece(token, hasCleanup)),
  })
}
