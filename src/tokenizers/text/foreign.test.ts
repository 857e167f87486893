import { Tokenizer } from '@huggingface/tokenizers'
import { expect, test } from 'vitest'
import { StorageError } from '../../errors.js'
import { parseTokenizerJson } from './tokenizer-json/parse.js'
import { printTokenizerJson } from './tokenizer-json/print.js'

const special = (content: string, id: number) => ({
  id,
  content,
  special: true,
  single_word: false,
  lstrip: false,
  rstrip: false,
  normalized: false,
})

/** A Unigram tokenizer (Kudo 2018), a kind that is not one of ours. */
const unigram = {
  version: '1.0',
  added_tokens: [special('<unk>', 0), special('</s>', 1)],
  normalizer: { type: 'Lowercase' },
  pre_tokenizer: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always', split: true },
  post_processor: null,
  decoder: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always', split: true },
  model: {
    type: 'Unigram',
    unk_id: 0,
    byte_fallback: false,
    vocab: [
      ['<unk>', 0],
      ['</s>', 0],
      ['▁the', -1],
      ['▁', -2],
      ['c', -3],
      ['at', -3],
      ['▁cat', -4],
    ],
  },
}
const printed = JSON.stringify(unigram)
const tokenizer = parseTokenizerJson(printed)

test('gives the ids of the library, and the text back', () => {
  const elsewhere = new Tokenizer(unigram, {})
  const ids = tokenizer.encode('The cat at')
  expect(ids).toEqual(elsewhere.encode('The cat at').ids)
  expect(ids).toEqual([2, 6, 3, 5])
  expect(tokenizer.decode(ids)).toBe('the cat at')
})

test('special tokens in a text are text unless they are allowed', () => {
  expect(tokenizer.encode('the</s>')).not.toContain(1)
  expect(tokenizer.encode('the</s>', { allowSpecial: true })).toEqual([2, 1])
})

test('keeps its own file', () => {
  expect(JSON.parse(printTokenizerJson(tokenizer))).toEqual(unigram)
  expect(parseTokenizerJson(printTokenizerJson(tokenizer)).encode('cat')).toEqual([6])
})

test('what has chance in it is refused', () => {
  const model = { type: 'BPE', dropout: 0.1, vocab: { a: 0 }, merges: [] }
  const read = () => parseTokenizerJson(JSON.stringify({ ...unigram, model }))
  expect(read).toThrow(StorageError)
  expect(read).toThrow(/^tokenizer\.json: model\.dropout: /)
})
