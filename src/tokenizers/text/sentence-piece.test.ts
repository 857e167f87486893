import { Tokenizer } from '@huggingface/tokenizers'
import { expect, test } from 'vitest'
import { sentences } from '../../../test/support/texts.js'
import { StorageError } from '../../errors.js'
import type { SentencePieceDefinition } from './definition.js'
import { byteToken, createSentencePieceTokenizer } from './sentence-piece.js'
import { parseTokenizerJson } from './tokenizer-json/parse.js'
import { printTokenizerJson } from './tokenizer-json/print.js'

const bytes = Array.from({ length: 256 }, (_, byte) => byteToken(byte))
const vocabulary = ['<unk>', '<s>', '</s>', ...bytes, ...'▁theo', '▁t', 'he', '▁the', 'ee', '▁▁']
const idOf = (token: string) => vocabulary.indexOf(token)
const pairs = ['▁ t', 'h e', '▁t he', 'e e', '▁ ▁'].map((pair) => pair.split(' ').map(idOf))

const definition: SentencePieceDefinition = {
  kind: 'sentence-piece',
  vocabulary,
  specialTokens: ['<unk>', '<s>', '</s>'],
  unknownToken: '<unk>',
  surroundings: { before: ['<s>'] },
  merges: pairs as [number, number][],
}

const tokenizer = createSentencePieceTokenizer(definition)
const tokensOf = (text: string) => tokenizer.encode(text).map((id) => tokenizer.tokenOf(id))

test('a text is encoded with a space before it, and joined in the order of the merges', () => {
  expect(tokensOf('the hee')).toEqual(['▁the', '▁', 'he', 'e'])
  expect(tokensOf(' the')).toEqual(['▁', '▁the'])
  expect(tokensOf('')).toEqual([])
})

test('what is no token becomes its bytes', () => {
  expect(tokensOf('t中')).toEqual(['▁t', '<0xE4>', '<0xB8>', '<0xAD>'])
  expect(tokensOf('</s>')).not.toContain('</s>')
})

test('any text comes back, also a space at its start', () => {
  for (const text of [...sentences, ' the', '  ', 'a\nb']) {
    expect(tokenizer.decode(tokenizer.encode(text))).toBe(text)
  }
})

test('gives the ids and texts of @huggingface/tokenizers, by way of tokenizer.json', () => {
  const printed = printTokenizerJson(tokenizer)
  const again = parseTokenizerJson(printed)
  expect(again.definition).toEqual({ ...definition, surroundings: { before: ['<s>'], after: [] } })
  const elsewhere = new Tokenizer(JSON.parse(printed), {})
  for (const text of [...sentences, 'the hee', ' the']) {
    const { ids } = elsewhere.encode(text)
    expect(again.encode(text, { addSpecial: true })).toEqual(ids)
    expect(again.decode(ids)).toBe(elsewhere.decode(ids, { skip_special_tokens: true }))
  }
})

test('refuses a vocabulary that lacks a byte', () => {
  const lacking = {
    ...definition,
    merges: [],
    vocabulary: vocabulary.filter((t) => t !== '<0x41>'),
  }
  expect(() => createSentencePieceTokenizer(lacking)).toThrow(StorageError)
  expect(() => createSentencePieceTokenizer(lacking)).toThrow('token <0x41> is missing')
})
