import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { sentences } from '../../../test/support/texts.js'
import { createTextStream } from './text-stream.js'
import type { TextTokenizer } from './tokenizer.js'
import { trainBytePairEncoding } from './train-byte-pair.js'

let tokenizer: TextTokenizer
beforeAll(async () => {
  const specialTokens = ['<bos>', '<eos>']
  tokenizer = await trainBytePairEncoding({ texts: sentences, vocabularySize: 400, specialTokens })
})

test('characters appear when their last byte has come, never in parts', () => {
  const stream = createTextStream(tokenizer)
  const parts = [...new TextEncoder().encode('a果😀')].map((byte) => stream.push(2 + byte))
  expect(parts).toEqual(['a', '', '', '果', '', '', '', '😀'])
  expect(stream.close()).toBe('')
})

test('a character that was begun and not completed becomes U+FFFD', () => {
  const stream = createTextStream(tokenizer)
  expect(stream.push(2 + 0xe6)).toBe('')
  expect(stream.push(2 + 0x21)).toBe('\ufffd!')
  expect(stream.push(2 + 0xf0)).toBe('')
  expect(stream.close()).toBe('\ufffd')
})

test('any ids give the text that decoding them at once gives', () => {
  const ids = fc.array(fc.integer({ min: 0, max: 399 }), { maxLength: 60 })
  fc.assert(
    fc.property(ids, fc.boolean(), (all, skipSpecial) => {
      const stream = createTextStream(tokenizer, { skipSpecial })
      const parts = all.map((id) => stream.push(id))
      expect([...parts, stream.close()].join('')).toBe(tokenizer.decode(all, { skipSpecial }))
      expect(parts.filter((part) => /\p{Surrogate}/u.test(part))).toEqual([])
    }),
    { seed: 1, numRuns: 500 },
  )
})
