/** Decoding while ids are still being generated. */

import type { DecodeOptions, TextTokenizer } from './tokenizer.js'

export interface TextStream {
  /** Takes one id and returns the text it completes: '' in the middle of a character. */
  push(id: number): string
  /** The end of the text: U+FFFD where a character was begun and not completed, else ''. */
  close(): string
}

/**
 * Turns ids into text one by one. The parts join to what `decode` makes of all ids, but for the space
 * that tokens of some kinds put before a text's first word: `decode` drops it, and a stream keeps it,
 * as its ids may go on from a text whose last word it would otherwise touch.
 */
export const createTextStream = (
  tokenizer: TextTokenizer,
  { skipSpecial = true }: DecodeOptions = {},
): TextStream => {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  return {
    push: (id) => {
      const bytes = tokenizer.bytesOf(id)
      if (skipSpecial && tokenizer.isSpecial(id)) return ''
      return decoder.decode(bytes, { stream: true })
    },
    close: () => decoder.decode(),
  }
}
