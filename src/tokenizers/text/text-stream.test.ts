import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { sentences } from '../../../test/support/texts.js'
import { trainCharacterTokenizer } from './character.js'
import { byteToken, createSentencePieceTokenizer } from './sentence-piece.js'
import { createTextStream } from './text-stream.js'
import type { TextTokenizer } from './tokenizer.js'
import { parseTokenizerJson } from './tokenizer-json/parse.js'
import { trainBytePairEncoding } from './train-byte-pair.js'
import { createWordPieceTokenizer } from './word-piece.js'

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

const bytes = Array.from({ length: 256 }, (_, byte) => byteToken(byte))
const unigram = {
  version: '1.0',
  normalizer: null,
  post_processor: null,
  added_tokens: [{ id: 0, content: '<unk>', special: true }],
  pre_tokenizer: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always', split: true },
  decoder: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always', split: true },
  model: {
    type: 'Unigram',
    unk_id: 0,
    vocab: ['<unk>', '▁', '▁a', 'b'].map((token) => [token, -1]),
  },
}

/** One tokenizer of each kind, and whether its tokens put a space before a text's first word. */
const kinds: readonly (readonly [string, boolean, () => Promise<TextTokenizer> | TextTokenizer])[] =
  [
    ['byte pairs', false, () => tokenizer],
    [
      'characters',
      false,
      () => trainCharacterTokenizer({ texts: [' a 果\n'], specialTokens: ['<eos>'] }),
    ],
    [
      'SentencePiece',
      true,
      () =>
        createSentencePieceTokenizer({
          kind: 'sentence-piece',
          vocabulary: ['<s>', ...bytes, '▁', '▁a', 'a', '果', '▁▁'],
          specialTokens: ['<s>'],
          merges: [],
        }),
    ],
    [
      'WordPiece',
      true,
      () =>
        createWordPieceTokenizer({
          kind: 'word-piece',
          vocabulary: ['[UNK]', 'a', '##b', '果', '.', "'s"],
          specialTokens: ['[UNK]'],
          unknownToken: '[UNK]',
          words: 'bert',
          maximumWordLength: 10,
          hasCleanup: true,
        }),
    ],
    ['Unigram, of another library', true, () => parseTokenizerJson(JSON.stringify(unigram))],
  ]

test.each(kinds)(
  'ids of any kind give what decoding them gives, and the space before it: %s',
  async (_, hasLeadingSpace, create) => {
    const one = await create()
    const ids = fc.array(fc.integer({ min: 0, max: one.vocabularySize - 1 }), { maxLength: 12 })
    let spaces = 0
    fc.assert(
      fc.property(ids, fc.boolean(), (all, skipSpecial) => {
        const stream = createTextStream(one, { skipSpecial })
        const joined = all.map((id) => stream.push(id)).join('') + stream.close()
        const isSpaced = hasLeadingSpace && joined.startsWith(' ')
        if (isSpaced) spaces++
        expect(isSpaced ? joined.slice(1) : joined).toBe(one.decode(all, { skipSpecial }))
      }),
      { seed: 1, numRuns: 300 },
    )
    expect(spaces > 0).toBe(hasLeadingSpace)
  },
)
