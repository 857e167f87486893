/**
 * How a conversation becomes the ids that a model reads: its template, in Jinja, writes the text;
 * special tokens of the template are tokens, those that somebody wrote in a message stay text.
 */

import { DataError } from '../../../errors.js'
import { matchAny, type TextTokenizer } from '../../../tokenizers/text/tokenizer.js'
import { endsOf, type LanguageConfig } from '../config.js'
import { renderBounded } from './bounded-jinja.js'
import { createProtection } from './protect-content.js'

export interface ChatMessage {
  /** Who says it: system, user, assistant or what else the template knows. */
  readonly role: string
  readonly content: string
}

/** A stretch of a conversation, as the model reads it. */
export interface ChatStretch {
  readonly ids: readonly number[]
  /** Whether the model is to write it: an answer with the token that ends it. */
  readonly isAnswer: boolean
}

export interface ChatTemplate {
  /** The ids of a conversation, up to where the next answer begins unless that is not wanted. */
  encode(messages: readonly ChatMessage[], options?: { readonly isPrompt?: boolean }): number[]
  /** The same conversation whole, cut where answers begin and end. Throws DataError. */
  encodeStretches(messages: readonly ChatMessage[]): ChatStretch[]
}

const checkMessages = (messages: readonly ChatMessage[]): void => {
  if (messages.length === 0) {
    throw new DataError('the conversation: expected at least one message, got none')
  }
  for (const [place, message] of messages.entries()) {
    const where = `message ${place + 1} of the conversation`
    // Roles are joined with brackets into special tokens, so they are to be words.
    if (typeof message?.role !== 'string' || !/^[A-Za-z][\w-]*$/.test(message.role)) {
      throw new DataError(
        `${where}: expected a role that is a word, such as user, got ${JSON.stringify(message?.role)}`,
      )
    }
    if (typeof message.content !== 'string') {
      throw new DataError(
        `${where}: expected a content that is text, got ${typeof message.content}`,
      )
    }
  }
}

/** A conversation whose messages are protected. */
interface Protected {
  readonly messages: readonly ChatMessage[]
  readonly restore: (text: string) => string
}

export const createChatTemplate = (
  { chatTemplate, tokens }: Pick<LanguageConfig, 'chatTemplate' | 'tokens'>,
  text: TextTokenizer,
): ChatTemplate => {
  if (chatTemplate === undefined) {
    throw new DataError(
      'the model has no chat template: expected chatTemplate in its config.json. ' +
        'Give it one, or let the model continue a text instead',
    )
  }
  const ends = endsOf({ tokens })
  // Tables padded in length have ids beyond the tokenizer's, which spell nothing.
  const spellingOf = (id: number | undefined) =>
    id === undefined || id >= text.vocabularySize ? '' : text.tokenOf(id)
  const special = text.specialTokens.length > 0 ? matchAny(text.specialTokens) : /(?!)/g
  const encodeRendered = (rendered: string, restore: Protected['restore']): number[] =>
    encodeAround(special, rendered, { text, restore })

  const render = (messages: readonly ChatMessage[], isPrompt: boolean): string =>
    renderBounded(chatTemplate, {
      messages,
      add_generation_prompt: isPrompt,
      bos_token: spellingOf(tokens.bos),
      eos_token: spellingOf(ends[0]),
      pad_token: spellingOf(tokens.pad),
    })

  /**
   * Templates look into messages, for instance for where a thought ends, so as little as possible is
   * hidden from them. If then other special tokens come about than with all of it hidden, somebody
   * makes the template write some, and all of it stays hidden.
   */
  const protect = (messages: readonly ChatMessage[]): Protected => {
    const taken = chatTemplate + messages.map(({ content }) => content).join('')
    const { mild, strict, restore } = createProtection(text.specialTokens, taken)
    const apply = (hide: (content: string) => string) =>
      messages.map(({ content, ...rest }) => ({ ...rest, content: hide(content) }))
    const [mildly, strictly] = [apply(mild), apply(strict)]
    if (messages.every((_, place) => mildly[place]!.content === strictly[place]!.content)) {
      return { messages: mildly, restore }
    }
    const tokensOf = (hidden: readonly ChatMessage[]) =>
      (render(hidden, true).match(special) ?? []).join('')
    const isSafe = tokensOf(mildly) === tokensOf(strictly)
    return { messages: isSafe ? mildly : strictly, restore }
  }

  return {
    encode(messages, { isPrompt = true } = {}) {
      checkMessages(messages)
      const { messages: hidden, restore } = protect(messages)
      return encodeRendered(render(hidden, isPrompt), restore)
    },
    encodeStretches(messages) {
      checkMessages(messages)
      const { messages: hidden, restore } = protect(messages)
      const whole = render(hidden, false)
      const stretches: ChatStretch[] = []
      let from = 0
      for (const { start, end } of findAnswers(hidden, whole, render)) {
        const before = encodeRendered(whole.slice(from, start), restore)
        const answer = encodeRendered(whole.slice(start, end), restore)
        stretches.push({ ids: before, isAnswer: false }, ...cutAfterEnd(answer, ends))
        from = end
      }
      stretches.push({ ids: encodeRendered(whole.slice(from), restore), isAnswer: false })
      return stretches.filter(({ ids }) => ids.length > 0)
    },
  }
}

/** Where in a whole conversation, rendered, its answers begin and end. Throws DataError. */
const findAnswers = function* (
  messages: readonly ChatMessage[],
  whole: string,
  render: (messages: readonly ChatMessage[], isPrompt: boolean) => string,
): Generator<{ readonly start: number; readonly end: number }> {
  for (const [place, { role }] of messages.entries()) {
    if (role !== 'assistant') continue
    const start = render(messages.slice(0, place), true)
    const end = render(messages.slice(0, place + 1), false)
    if (!whole.startsWith(start) || !whole.startsWith(end) || end.length < start.length) {
      throw new DataError(
        `message ${place + 1} of the conversation: expected a chat template that writes one ` +
          'message after another, got one that changes earlier messages when others follow. ' +
          'Train on conversations of one answer, or take another template',
      )
    }
    yield { start: start.length, end: end.length }
  }
}

/** Divides the ids of an answer from what the template puts after the token that ends it. */
const cutAfterEnd = (ids: readonly number[], ends: readonly number[]): ChatStretch[] => {
  const end = ids.findLastIndex((id) => ends.includes(id))
  if (end < 0) return [{ ids, isAnswer: true }]
  return [
    { ids: ids.slice(0, end + 1), isAnswer: true },
    { ids: ids.slice(end + 1), isAnswer: false },
  ]
}

/** The ids of what a template wrote: special tokens as such, and what stands around them as text. */
const encodeAround = (
  special: RegExp,
  rendered: string,
  { text, restore }: { readonly text: TextTokenizer; readonly restore: Protected['restore'] },
): number[] => {
  const parts: (readonly number[])[] = []
  let from = 0
  for (const { 0: token, index } of rendered.matchAll(special)) {
    parts.push(text.encode(restore(rendered.slice(from, index))), [text.idOf(token)])
    from = index + token.length
  }
  parts.push(text.encode(restore(rendered.slice(from))))
  return parts.flat()
}
