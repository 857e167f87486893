/** Conversations as training data: a model learns the answers in them, and reads the rest. */

import { DataError } from '../../errors.js'
import type { ChatMessage, ChatTemplate } from '../../generation/text/chat/chat-template.js'
import type { CountedRow } from './pack-rows.js'

export interface AnswersRowOptions {
  /** Tokens that a row has at most; what is beyond is cut off. No limit when left out. */
  readonly length?: number
  /** Whether all before the first answer is a prefix that sees itself from both sides. */
  readonly isPrefix?: boolean
}

/**
 * The row of a conversation in which only the tokens of answers, with those that end them, count.
 * Throws DataError where there is none to learn, also because it lies beyond the length.
 */
export const answersRow = (
  messages: readonly ChatMessage[],
  template: ChatTemplate,
  { length = Number.POSITIVE_INFINITY, isPrefix = false }: AnswersRowOptions = {},
): CountedRow & { readonly isCut: boolean } => {
  const stretches = template.encodeStretches(messages)
  const whole = stretches.flatMap((stretch) => stretch.ids)
  const ids = whole.slice(0, length)
  const counts = stretches
    .flatMap((stretch) => stretch.ids.map(() => (stretch.isAnswer ? 1 : 0)))
    .slice(0, length)
  const first = counts.indexOf(1)
  if (first < 0) {
    throw new DataError(
      `the conversation: expected an answer of the assistant in its first ${ids.length} tokens, ` +
        'got none. Leave it out, or read more tokens',
    )
  }
  const isCut = whole.length > length
  return { ids, counts, ...(isPrefix ? { prefix: first } : {}), isCut }
}
