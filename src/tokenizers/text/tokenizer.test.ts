import { beforeAll, describe, expect, test } from 'vitest'
import { DataError } from '../../errors.js'
import type { TextTokenizer } from './tokenizer.js'
import { trainBytePairEncoding } from './train-byte-pair.js'

let tokenizer: TextTokenizer
beforeAll(async () => {
  tokenizer = await trainBytePairEncoding({
    texts: ['a red apple, a red <bos> and a red <eos>', '红苹果 红苹果'],
    vocabularySize: 274,
    specialTokens: ['<bos>', '<eos>', '<eos><eos>', '<b'],
    surroundings: { before: ['<bos>'], after: ['<eos>'] },
  })
})

test('special tokens have the first ids, in the order in which they were named', () => {
  expect(['<bos>', '<eos>', '<eos><eos>', '<b'].map(tokenizer.idOf)).toEqual([0, 1, 2, 3])
  expect(tokenizer.tokenOf(1)).toBe('<eos>')
  expect([3, 4].map(tokenizer.isSpecial)).toEqual([true, false])
})

describe('special tokens written in a text', () => {
  const text = 'a <bos> red<eos><eos><eos> 果<bos'

  test('are ordinary text by default', () => {
    const ids = tokenizer.encode(text)
    expect(ids.filter(tokenizer.isSpecial)).toEqual([])
    expect(tokenizer.decode(ids)).toBe(text)
  })

  test('are special where that is allowed, the longest first', () => {
    const ids = tokenizer.encode(text, { allowSpecial: true })
    expect(ids.filter(tokenizer.isSpecial)).toEqual([0, 2, 1, 3])
    expect(tokenizer.decode(ids, { skipSpecial: false })).toBe(text)
    expect(tokenizer.decode(ids)).toBe('a  red 果os')
  })

  test('may have characters that mean something in regular expressions', async () => {
    const specialTokens = ['<|end|>', '[a-z]', '(.*)', '\\n', '^$']
    const odd = await trainBytePairEncoding({ texts: [], vocabularySize: 261, specialTokens })
    for (const [id, token] of specialTokens.entries()) {
      expect(odd.encode(token, { allowSpecial: true })).toEqual([id])
    }
    expect(odd.encode('abc', { allowSpecial: true }).some(odd.isSpecial)).toBe(false)
  })
})

test('addSpecial puts the surroundings around a text', () => {
  const ids = tokenizer.encode('a red')
  expect(tokenizer.encode('a red', { addSpecial: true })).toEqual([0, ...ids, 1])
})

test('part of a character decodes to U+FFFD, and a byte order mark is kept', () => {
  const ids = [...new TextEncoder().encode('\ufeff果')].map((byte) => 4 + byte)
  expect(tokenizer.decode(ids)).toBe('\ufeff果')
  expect(tokenizer.decode(ids.slice(0, -1))).toBe('\ufeff\ufffd')
  expect(tokenizer.decode([...ids.slice(0, -1), 1, 4 + 0x21], { skipSpecial: false })).toBe(
    '\ufeff\ufffd<eos>!',
  )
})

test('the bytes of a token are its UTF-8, of a special one its name', () => {
  expect([...tokenizer.bytesOf(4 + 0xff)]).toEqual([0xff])
  expect([...tokenizer.bytesOf(0)]).toEqual([...new TextEncoder().encode('<bos>')])
})

test('ids may come as a typed array', () => {
  expect(tokenizer.decode(Int32Array.from(tokenizer.encode('红苹果')))).toBe('红苹果')
})

test.each([-1, 274, 1.5, Number.NaN])('id %d is outside the vocabulary', (id) => {
  const calls = [() => tokenizer.decode([id]), () => tokenizer.tokenOf(id)]
  for (const call of [...calls, () => tokenizer.bytesOf(id)]) {
    expect(call).toThrow(DataError)
    expect(call).toThrow(`id ${id} is outside the text vocabulary of 274 tokens`)
  }
})

test('a token that does not exist is an error that lists the special ones', () => {
  expect(() => tokenizer.idOf('<imgae>')).toThrow(DataError)
  expect(() => tokenizer.idOf('<imgae>')).toThrow(/"<imgae>" .+ 274 .+: <bos> <eos>/)
})
