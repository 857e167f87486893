import { Tokenizer } from '@huggingface/tokenizers'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DataError } from '../../errors.js'
import { trainCharacterTokenizer } from './character.js'
import { parseTokenizerJson } from './tokenizer-json/parse.js'
import { printTokenizerJson } from './tokenizer-json/print.js'

const play = 'First Citizen:\nBefore we proceed any further, hear me speak.\n苹果😀'

test('characters are ordered by code point after the special tokens', async () => {
  const tokenizer = await trainCharacterTokenizer({
    texts: ['ba', '😀\uffe5b'],
    specialTokens: ['<bos>', '<eos>'],
    surroundings: { before: ['<bos>'] },
  })
  expect(tokenizer.definition.vocabulary).toEqual(['<bos>', '<eos>', 'a', 'b', '\uffe5', '😀'])
  expect(tokenizer.encode('ab😀')).toEqual([2, 3, 5])
  expect(tokenizer.encode('ab😀', { addSpecial: true })).toEqual([0, 2, 3, 5])
  expect(tokenizer.decode([2, 3, 5, 4])).toBe('ab😀\uffe5')
})

test('text of known characters comes back from its ids', async () => {
  const tokenizer = await trainCharacterTokenizer({ texts: [play] })
  const text = fc.string({ unit: fc.constantFrom(...play), maxLength: 60 })
  fc.assert(
    fc.property(text, (known) => {
      expect(tokenizer.encode(known)).toHaveLength([...known].length)
      expect(tokenizer.decode(tokenizer.encode(known))).toBe(known)
    }),
    { seed: 1 },
  )
})

test('an unknown character is an error that names it', async () => {
  const tokenizer = await trainCharacterTokenizer({ texts: ['abc'] })
  expect(() => tokenizer.encode('aéb')).toThrow(DataError)
  expect(() => tokenizer.encode('aéb')).toThrow(/"é" \(U\+00E9\) is not among the 3 tokens/)
})

test('or becomes the unknown token, where there is one', async () => {
  const tokenizer = await trainCharacterTokenizer({
    texts: ['abc'],
    specialTokens: ['<unk>'],
    unknownToken: '<unk>',
  })
  expect(tokenizer.encode('aé😀\ud800b')).toEqual([1, 0, 0, 0, 2])
  expect(tokenizer.decode([1, 0, 2], { skipSpecial: false })).toBe('a<unk>b')
})

test('its tokenizer.json gives the same ids here and in @huggingface/tokenizers', async () => {
  const tokenizer = await trainCharacterTokenizer({
    texts: [play],
    specialTokens: ['<unk>', '<bos>', '<eos>'],
    unknownToken: '<unk>',
    surroundings: { before: ['<bos>'], after: ['<eos>'] },
  })
  const json = printTokenizerJson(tokenizer)
  const again = parseTokenizerJson(json)
  const other = new Tokenizer(JSON.parse(json), { clean_up_tokenization_spaces: false })
  expect(again.definition).toEqual(tokenizer.definition)

  const unit = fc.constantFrom(...play, 'é', '中', '<bos>', '\r\n', '👍🏽')
  fc.assert(
    fc.property(fc.string({ unit, minLength: 1, maxLength: 60 }), (text) => {
      const ids = tokenizer.encode(text, { addSpecial: true, allowSpecial: true })
      expect(again.encode(text, { addSpecial: true, allowSpecial: true })).toEqual(ids)
      expect(other.encode(text).ids).toEqual(ids)
      expect(other.decode(ids)).toBe(tokenizer.decode(ids, { skipSpecial: false }))
      expect(other.decode(ids, { skip_special_tokens: true })).toBe(tokenizer.decode(ids))
    }),
    { seed: 1 },
  )
})
