import { expect, test } from 'vitest'
import { createChatTemplate } from '../../generation/text/chat/chat-template.js'
import { createCharacterTokenizer } from '../../tokenizers/text/index.js'
import { answersRow } from './conversation.js'

const specialTokens = ['<pad>', '<u>', '<a>', '<end>']
const text = createCharacterTokenizer({
  kind: 'character',
  vocabulary: [...specialTokens, ...'abcdefg'],
  specialTokens,
})
const chatTemplate =
  "{% for m in messages %}{{ '<u>' if m.role == 'user' else '<a>' }}{{ m.content }}<end>{% endfor %}{% if add_generation_prompt %}<a>{% endif %}"
const template = createChatTemplate({ chatTemplate, tokens: { pad: 0, eos: 3 } }, text)
const messages = [
  { role: 'user', content: 'ab' },
  { role: 'assistant', content: 'c' },
  { role: 'user', content: 'd' },
  { role: 'assistant', content: 'ef' },
]

test('only answers and the tokens that end them count', () => {
  const { ids, counts, prefix } = answersRow(messages, template)
  expect(ids).toEqual([1, 4, 5, 3, 2, 6, 3, 1, 7, 3, 2, 8, 9, 3])
  expect(counts).toEqual([0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 1, 1])
  expect(prefix).toBeUndefined()
})

test('what is before the first answer may be a prefix', () => {
  expect(answersRow(messages, template, { isPrefix: true }).prefix).toBe(5)
})

test('a row is cut at its length, and one without an answer is refused', () => {
  expect(answersRow(messages, template, { length: 6 })).toEqual({
    ids: [1, 4, 5, 3, 2, 6],
    counts: [0, 0, 0, 0, 0, 1],
    isCut: true,
  })
  expect(() => answersRow(messages, template, { length: 5 })).toThrow(
    'the conversation: expected an answer of the assistant in its first 5 tokens, got none',
  )
  expect(() => answersRow(messages.slice(0, 1), template)).toThrow('got none')
})
