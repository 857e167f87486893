/** Brings a conversation to a length that a model can read: the oldest turns go first. */

import { DataError } from '../../../errors.js'
import type { ChatMessage, ChatTemplate } from './chat-template.js'

export interface FittedConversation {
  readonly messages: readonly ChatMessage[]
  /** The ids of its prompt. */
  readonly ids: readonly number[]
  /** Messages that were left out. */
  readonly dropped: number
}

/**
 * Drops turns, each a message of the user with what follows it, until the prompt has at most `limit`
 * tokens. System messages at the beginning stay, as does the last turn. Throws DataError where even
 * that is longer than the context.
 */
export const fitConversation = (
  messages: readonly ChatMessage[],
  template: Pick<ChatTemplate, 'encode'>,
  { limit, context }: { readonly limit: number; readonly context: number },
): FittedConversation => {
  const first = messages.findIndex(({ role }) => role !== 'system')
  const fixed = messages.slice(0, Math.max(0, first))
  let turns = messages.slice(fixed.length)
  for (;;) {
    const kept = [...fixed, ...turns]
    const ids = template.encode(kept)
    const next = turns.findIndex(({ role }, place) => place > 0 && role === 'user')
    if (ids.length <= limit || next < 0) {
      if (ids.length > context) {
        throw new DataError(
          `the message: expected at most ${context} tokens with what the chat template adds, the ` +
            `model’s context, got ${ids.length}. Shorten it`,
        )
      }
      return { messages: kept, ids, dropped: messages.length - kept.length }
    }
    turns = turns.slice(next)
  }
}
