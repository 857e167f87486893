/** A conversation with a model: what was said is read again with each message, as far as it fits. */

import { type ChatMessage, createChatTemplate } from '../generation/text/chat/chat-template.js'
import {
  type FittedConversation,
  fitConversation,
} from '../generation/text/chat/fit-conversation.js'
import type { TextModel } from '../generation/text/text-model.js'
import type { WriteOptions } from '../generation/text/writer.js'

export interface ConversationOptions extends Omit<WriteOptions, 'maxTokens' | 'index'> {
  /** What the model is told before the conversation. */
  readonly system?: string | undefined
  /** Tokens of an answer at most. */
  readonly maxTokens: number
}

export interface Conversation {
  /** All that was said, also what the model has forgotten. */
  readonly history: readonly ChatMessage[]
  /** Tokens that the model reads at most. */
  readonly context: number
  /** What the model reads with another message. Throws DataError for one that is too long. */
  fit(message: string): FittedConversation
  /** Answers piece by piece; what was written when the reader stops counts as the answer. */
  answer(fitted: FittedConversation): AsyncGenerator<string>
  /** Forgets all but what the model was told before. */
  reset(): void
}

export const createConversation = (
  model: TextModel,
  { system, maxTokens, ...options }: ConversationOptions,
): Conversation => {
  const template = createChatTemplate(model.config, model.text)
  const { context } = model.config.network
  // An answer gets the room it may need, but no more than half of what the model reads.
  const limit = context - Math.min(maxTokens, Math.floor(context / 2))
  const start: readonly ChatMessage[] =
    system === undefined ? [] : [{ role: 'system', content: system }]
  const history = [...start]
  let messages = start
  return {
    history,
    context,
    fit: (content) =>
      fitConversation([...messages, { role: 'user', content }], template, { limit, context }),
    async *answer({ ids, messages: read }) {
      const room = Math.min(maxTokens, Math.max(1, context - ids.length))
      let content = ''
      try {
        const given = { ...options, maxTokens: room, index: history.length }
        for await (const { text } of model.write(ids, given)) {
          content += text
          yield text
        }
      } finally {
        const said: ChatMessage = { role: 'assistant', content }
        messages = [...read, said]
        history.push(read.at(-1)!, said)
      }
    },
    reset() {
      messages = start
    },
  }
}
