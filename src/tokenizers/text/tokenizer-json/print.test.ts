import { readFileSync } from 'node:fs'
import { Tokenizer } from '@huggingface/tokenizers'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { createMemoryFiles } from '../../../../test/support/memory-files.js'
import { anyText, sentences } from '../../../../test/support/texts.js'
import { wholeData } from '../../../../test/support/whole-data.js'
import { splitPatterns } from '../split-pattern.js'
import type { TextTokenizer } from '../tokenizer.js'
import { trainBytePairEncoding } from '../train-byte-pair.js'
import { readTextTokenizer } from './parse.js'
import { printTokenizerJson, writeTextTokenizer } from './print.js'

const config = { clean_up_tokenization_spaces: false }

/** @huggingface/tokenizers with our file; with no special tokens where user text is meant. */
const loadElsewhere = (tokenizer: TextTokenizer, { withSpecial = true } = {}) => {
  const content = JSON.parse(printTokenizerJson(tokenizer))
  if (!withSpecial) content.added_tokens = []
  return new Tokenizer(content, config)
}

const idsOf = (tokenizer: Tokenizer, text: string): number[] =>
  tokenizer.encode(text, { add_special_tokens: false }).ids

/** Quicker on millions of ids than toEqual. */
const sameIds = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((id, at) => id === b[at])

describe.each(Object.entries(splitPatterns))(
  '@huggingface/tokenizers, pattern %s',
  (_, pattern) => {
    let tokenizer: TextTokenizer
    let elsewhere: Tokenizer
    let withoutSpecial: Tokenizer
    beforeAll(async () => {
      tokenizer = await trainBytePairEncoding({
        texts: sentences,
        vocabularySize: 700,
        specialTokens: ['<pad>', '<bos>', '<eos>', '<image>', '</image>'],
        surroundings: { before: ['<bos>'], after: ['<eos>'] },
        pattern,
      })
      elsewhere = loadElsewhere(tokenizer)
      withoutSpecial = loadElsewhere(tokenizer, { withSpecial: false })
    })

    const hardTexts: [string, string][] = [
      ['English and Chinese', sentences.join('\n')],
      ['emoji with joiners', '👩‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿👍🏽1️⃣ ❤️‍🔥 🇨🇳🇩🇪'],
      ['lone surrogates', 'a\ud800b \udc00\udc00 \ud83d'],
      ['white space', ' \t \u00a0\u3000\u0085\ufeff\u2028  x   y \n\n\r\n \r z  '],
      ['digits', '3.14159 1234567890 ٣٤٥ ①②③ Ⅷ 1,000,000'],
      ['control characters', '\0\x01\x7f\u009f\ufffe\uffff'],
      ['special tokens', '<bos>hello <image></image><imag> <<eos>> <EOS><pad>'],
    ]

    test.each(hardTexts)('gives the same ids: %s', (_, text) => {
      expect(idsOf(withoutSpecial, text)).toEqual(tokenizer.encode(text))
      expect(idsOf(elsewhere, text)).toEqual(tokenizer.encode(text, { allowSpecial: true }))
      expect(elsewhere.encode(text).ids).toEqual(
        tokenizer.encode(text, { allowSpecial: true, addSpecial: true }),
      )
    })

    test('gives the same ids and the same text back: anything', () => {
      const marked = fc.oneof(anyText, fc.constantFrom('<bos>', '<image>', '<', '</image>'))
      fc.assert(
        fc.property(fc.array(marked, { minLength: 1, maxLength: 3 }), (parts) => {
          const text = parts.join('')
          const ids = tokenizer.encode(text, { allowSpecial: true })
          expect(idsOf(withoutSpecial, text)).toEqual(tokenizer.encode(text))
          expect(idsOf(elsewhere, text)).toEqual(ids)
          if (ids.length === 0) return
          expect(elsewhere.decode(ids)).toBe(tokenizer.decode(ids, { skipSpecial: false }))
          expect(elsewhere.decode(ids, { skip_special_tokens: true })).toBe(tokenizer.decode(ids))
        }),
        { seed: 1, numRuns: 500 },
      )
    })

    test.each([
      ['a', 2 ** 20],
      [' ', 2 ** 16],
      ['中', 2 ** 16],
      ['😀', 2 ** 14],
    ])('gives the same ids: %j in a long run', (unit, times) => {
      const text = `${unit.repeat(times)}x`
      expect(sameIds(idsOf(elsewhere, text), tokenizer.encode(text))).toBe(true)
    })

    test('decodes any ids to the same text, also parts of characters', () => {
      const ids = fc.array(fc.integer({ min: 0, max: 699 }), { minLength: 1, maxLength: 30 })
      fc.assert(
        fc.property(ids, (all) => {
          const known = all.filter((id) => id < tokenizer.vocabularySize)
          if (known.length === 0) return
          expect(elsewhere.decode(known)).toBe(tokenizer.decode(known, { skipSpecial: false }))
        }),
        { seed: 1, numRuns: 300 },
      )
    })
  },
)

test('a written file reads back as the same tokenizer', async () => {
  const files = createMemoryFiles()
  const tokenizer = await trainBytePairEncoding({
    texts: sentences,
    vocabularySize: 500,
    specialTokens: ['<bos>', '<eos>'],
    surroundings: { before: ['<bos>'], after: [] },
  })
  await writeTextTokenizer(files, 'model/tokenizer.json', tokenizer)
  const again = await readTextTokenizer(files, 'model/tokenizer.json')
  expect(again.definition).toEqual(tokenizer.definition)
  expect(printTokenizerJson(again)).toBe(printTokenizerJson(tokenizer))
})

const corpora = ['tinyshakespeare/input.txt', 'chnsenticorp-htl/train.tsv', 'ag-news/test.tsv']
const paths = corpora.flatMap((name) => wholeData(name) ?? [])

describe.skipIf(paths.length === 0)('on whole data sets', () => {
  const texts = paths.map((path) => readFileSync(path, 'utf8'))

  test('@huggingface/tokenizers gives the same ids', async () => {
    const tokenizer = await trainBytePairEncoding({
      texts,
      vocabularySize: 8192,
      specialTokens: ['<bos>', '<eos>'],
    })
    const elsewhere = loadElsewhere(tokenizer)
    for (const text of texts) {
      const ids = tokenizer.encode(text)
      expect(sameIds(idsOf(elsewhere, text), ids)).toBe(true)
      expect(tokenizer.decode(ids) === text).toBe(true)
    }
  })
})
