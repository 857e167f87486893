/**
 * Finds what a tokenizer can encode but never learned to read: byte pairs spell any text in bytes,
 * also in a script of which the training texts had nothing. The learned pieces tell which scripts
 * those were, so this needs no record of the training. Scripts: Unicode Standard Annex 24.
 */

import type { TextTokenizer } from './tokenizer.js'

/** The scripts in wide use today (Unicode Standard Annex 31, table 5). */
const scripts = [
  ...['Latin', 'Han', 'Cyrillic', 'Greek', 'Arabic', 'Hebrew', 'Devanagari', 'Hiragana'],
  ...['Katakana', 'Hangul', 'Bopomofo', 'Thai', 'Lao', 'Khmer', 'Myanmar', 'Tibetan', 'Bengali'],
  ...['Gurmukhi', 'Gujarati', 'Oriya', 'Tamil', 'Telugu', 'Kannada', 'Malayalam', 'Sinhala'],
  ...['Armenian', 'Georgian', 'Ethiopic', 'Thaana'],
].map((name) => ({ name, pattern: new RegExp(`\\p{Script=${name}}`, 'u') }))

/** Characters that belong to no script: digits, punctuation, symbols, combining marks. */
const shared = /[\p{Script=Common}\p{Script=Inherited}]/u

const otherScript = 'another script'

/** The script of a character; undefined where many scripts share it. */
const scriptOf = (character: string): string | undefined =>
  shared.test(character)
    ? undefined
    : (scripts.find(({ pattern }) => pattern.test(character))?.name ?? otherScript)

export interface UnreadCharacters {
  /** Each once, in the order of the text. */
  readonly characters: readonly string[]
  /** Theirs, without what belongs to none. */
  readonly scripts: readonly string[]
  /** Those that the tokenizer has learned. */
  readonly learned: readonly string[]
}

/**
 * A function that finds the characters of a text that are in a script the tokenizer never learned.
 * Symbols that it never learned count where the text has nothing else; undefined is a text to read.
 */
export const createUnreadFinder = (
  tokenizer: TextTokenizer,
): ((text: string) => UnreadCharacters | undefined) => {
  const known = learnedCharacters(tokenizer)
  // Bytes alone tell nothing of what they were learned from.
  if (known.size === 0) return () => undefined
  const learned = new Set(Array.from(known, scriptOf).filter((script) => script !== undefined))
  learned.delete(otherScript)
  const isForeign = (character: string): boolean => {
    const script = scriptOf(character)
    return script !== undefined && !learned.has(script) && !known.has(character)
  }
  const isUnknown = (character: string): boolean =>
    isForeign(character) || (!isAscii(character) && !known.has(character) && !scriptOf(character))
  return (text) => {
    const characters = [...new Set(text.replace(/\s/gu, ''))]
    const foreign = characters.filter(isForeign)
    const found = foreign.length > 0 || !characters.every(isUnknown) ? foreign : characters
    if (found.length === 0) return undefined
    return {
      characters: found,
      scripts: [...new Set(found.flatMap((character) => scriptOf(character) ?? []))],
      learned: [...learned].sort(),
    }
  }
}

/** The characters of a text, each once, in whose place a tokenizer has its unknown token. */
export const unknownCharactersOf = (text: string, tokenizer: TextTokenizer): string[] => {
  const { unknownToken } = tokenizer.definition
  if (unknownToken === undefined) return []
  const unknown = tokenizer.idOf(unknownToken)
  const characters = [...new Set(text.replace(/\s/gu, ''))]
  return characters.filter((character) => tokenizer.encode(character).includes(unknown))
}

/** The whole characters in the pieces that were learned; a single byte is there in any case. */
const learnedCharacters = (tokenizer: TextTokenizer): ReadonlySet<string> => {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  const isByteLevel = tokenizer.definition.kind === 'byte-pair'
  const characters = new Set<string>()
  for (let id = 0; id < tokenizer.vocabularySize; id++) {
    const bytes = tokenizer.bytesOf(id)
    if (tokenizer.isSpecial(id) || (isByteLevel && bytes.length === 1)) continue
    for (const character of decoder.decode(bytes)) characters.add(character)
  }
  characters.delete('\ufffd') // the parts of characters that a piece begins or ends with
  return characters
}

const isAscii = (character: string): boolean => character < '\u0080'
