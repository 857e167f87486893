/** Tells a user which of their words a model cannot know. */

import { unknownWordsOf } from '../../generation/text-image/known-words.js'
import type { TextImageModel } from '../../generation/text-image/text-image-model.js'
import type { Terminal } from '../terminal/terminal.js'

/** Notes the words of a phrase that the model never read, and returns them. */
export const noteUnknownWords = (
  phrase: string,
  model: Pick<TextImageModel, 'words'>,
  terminal: Pick<Terminal, 'note'>,
): string[] => {
  const unknown = unknownWordsOf(phrase, model)
  if (unknown.length > 0) {
    const named = unknown.map((word) => JSON.stringify(word)).join(', ')
    terminal.note(`the model never read ${named}; it draws what the other words say`)
  }
  return unknown
}
