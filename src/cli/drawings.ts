/** Phrases on the command line, and how a sheet shows the drawings of them. */

import { createPhraseCheck } from '../generation/text-image/check-phrase.js'
import type { TextImageModel } from '../generation/text-image/text-image-model.js'
import { noteUnknownWords } from './note-unknown-words.js'
import { repeated, text } from './options.js'
import type { Terminal } from './terminal/terminal.js'

/** An option and not more words: who forgets the quotes is to be told so. */
export const alsoOption = repeated(text('another phrase to draw as well, in quotes', 'PHRASE'))

/**
 * Throws DataError for a phrase that the model cannot draw; notes the words that it never read, and
 * returns them.
 */
export const checkPhrases = (
  phrases: readonly string[],
  model: TextImageModel,
  terminal: Pick<Terminal, 'note'>,
): string[] => {
  const checkPhrase = createPhraseCheck(model.text)
  phrases.forEach(checkPhrase)
  return phrases.flatMap((phrase) => noteUnknownWords(phrase, model, terminal))
}

/** One phrase is the title of its drawings, several are a caption or have a row each. */
export const sheetLayout = (
  phrases: readonly string[],
  count: number,
): { columns: number; title?: string | undefined; captions: (string | undefined)[] } => {
  const square = Math.ceil(Math.sqrt(phrases.length * count))
  if (phrases.length === 1) return { columns: square, title: phrases[0], captions: [] }
  const captions = phrases.flatMap((phrase) => [
    phrase,
    ...new Array<undefined>(count - 1).fill(undefined),
  ])
  return { columns: count === 1 ? square : count, captions }
}
