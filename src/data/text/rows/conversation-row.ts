/** Rows of a conversation, as other projects write them: a list of `{"role", "content"}`. */

import { fieldOf, type RowShape } from './row-shape.js'

const roles = ['system', 'user', 'assistant'] as const

export interface Message {
  readonly role: (typeof roles)[number]
  readonly content: string
}

export interface ConversationRow {
  readonly messages: readonly Message[]
}

/** A list of messages, of which the assistant wrote one at least. */
export const conversationRow = (field = 'messages'): RowShape<ConversationRow> => ({
  fields: [field],
  read: (fields) => {
    const value = fieldOf(fields, field)
    if (!Array.isArray(value) || value.length === 0) {
      return { fault: `"${field}": expected a list of {"role", "content"}, found none` }
    }
    const messages: Message[] = []
    for (const [index, message] of value.entries()) {
      const found = readMessage(message)
      if (typeof found === 'string') return { fault: `"${field}", message ${index + 1}: ${found}` }
      messages.push(found)
    }
    if (messages.some(({ role }) => role === 'assistant')) return { row: { messages } }
    return { fault: `"${field}": no message is the assistant's, from which to learn; add one` }
  },
})

/** A message, or what is wrong with it. */
const readMessage = (message: unknown): Message | string => {
  const isRecord = typeof message === 'object' && message !== null
  // Of an object's values nothing is claimed.
  const { role, content } = (isRecord ? message : {}) as Readonly<Record<string, unknown>>
  const known = roles.find((one) => one === role)
  if (known === undefined) {
    return `expected a role of ${roles.join(', ')}, found ${JSON.stringify(role) ?? 'none'}`
  }
  if (typeof content !== 'string') return 'expected "content" to be a text; write one'
  if (content.trim() === '') return 'the content is empty; write some or remove the message'
  return { role: known, content }
}
