/**
 * What is wrong with a phrase that a person typed, before anything is drawn from it. Captions of
 * data sets are not checked like this: they are what a model learns from.
 */

import { DataError } from '../../errors.js'
import { createUnreadFinder, type TextTokenizer } from '../../tokenizers/text/index.js'

/** How many characters an error shows. */
const shown = 8

/**
 * A function that throws DataError for a phrase in a script that the tokenizer never learned, and
 * for broken text, with its place. Whether a phrase is empty or too long is the model's to say.
 */
export const createPhraseCheck = (tokenizer: TextTokenizer): ((phrase: string) => void) => {
  const findUnread = createUnreadFinder(tokenizer)
  return (phrase) => {
    checkWhole(phrase)
    const unread = findUnread(phrase)
    if (unread === undefined) return
    const { characters, scripts, learned } = unread
    const more = characters.length - shown
    const found =
      characters.slice(0, shown).join(' ') +
      (more > 0 ? ` and ${more} more` : '') +
      (scripts.length > 0 ? ` (${scripts.join(', ')})` : '')
    const expected = learned.length === 0 ? 'characters' : `words in ${learned.join(' or ')}`
    throw new DataError(
      `the phrase: expected ${expected}, which the model has learned, found ${found}; say it in those`,
    )
  }
}

/** Refuses halves of characters, and U+FFFD, which stands where text could not be decoded. */
const checkWhole = (phrase: string): void => {
  const place = [...phrase].findIndex((character) => /[\p{Surrogate}\ufffd]/u.test(character))
  if (place < 0) return
  const code = [...phrase][place]!.codePointAt(0)!
  const name = `U+${code.toString(16).toUpperCase()}`
  const found = code === 0xfffd ? `${name}, which marks broken text` : `the half character ${name}`
  throw new DataError(
    `the phrase: expected whole characters, found ${found}, at character ${place + 1}; type it again`,
  )
}
