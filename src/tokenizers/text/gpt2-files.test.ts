import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { wholeData } from '../../../test/support/whole-data.js'
import { StorageError } from '../../errors.js'
import { parseGpt2Files } from './gpt2-files.js'
import { parseTokenizerJson } from './tokenizer-json/parse.js'
import { printTokenizerJson } from './tokenizer-json/print.js'

const small = {
  vocabulary: '{"l":0,"o":1,"w":2,"\u0120":3,"\u0120l":4,"\u0120lo":5,"<unk>":6}',
  merges: '#version: 0.2\n\u0120 l\r\n\u0120l o\n',
  specialTokens: ['<unk>'],
  unknownToken: '<unk>',
}

test('reads a vocabulary and its merges, with either line end', () => {
  const tokenizer = parseGpt2Files(small)
  expect(tokenizer.encode('low low!')).toEqual([0, 1, 2, 5, 2, 6])
  expect(tokenizer.decode([0, 1, 2, 5, 2])).toBe('low low')
})

test.each([
  [{ vocabulary: '{"l":' }, /^vocabulary: not valid JSON/],
  [{ vocabulary: '[]' }, /^vocabulary: expected an object of ids/],
  [{ merges: 'l x' }, /^merge 0 \(l x\): expected two tokens/],
  [{ specialTokens: ['<eos>'] }, /"<eos>": it is not in the vocabulary/],
])('refuses %j', (fault, message) => {
  expect(() => parseGpt2Files({ ...small, ...fault })).toThrow(StorageError)
  expect(() => parseGpt2Files({ ...small, ...fault })).toThrow(message)
})

const data = wholeData('oracles/gpt2-bpe')

describe.skipIf(data === undefined)('the whole of GPT-2', () => {
  const read = (name: string) => readFileSync(join(data ?? '', name), 'utf8')

  test('gives the official ids, also after a way through tokenizer.json', () => {
    const gpt2 = parseGpt2Files({ vocabulary: read('encoder.json'), merges: read('vocab.bpe') })
    const again = parseTokenizerJson(printTokenizerJson(gpt2))
    expect(gpt2.vocabularySize).toBe(50257)
    for (const line of read('cases.jsonl').trim().split('\n')) {
      const { text, ids }: { text: string; ids: number[] } = JSON.parse(line)
      expect(gpt2.encode(text)).toEqual(ids)
      expect(again.encode(text)).toEqual(ids)
      expect(gpt2.decode(ids)).toBe(text)
    }
    expect(gpt2.encode('a<|endoftext|>', { allowSpecial: true })).toEqual([64, 50256])
  })
})
