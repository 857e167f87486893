import { Tokenizer } from '@huggingface/tokenizers'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anyText, sentences } from '../../../test/support/texts.js'
import { DataError, StorageError } from '../../errors.js'
import { compileSplitPattern, forEachPiece, splitPatterns } from './split-pattern.js'

const split = (pattern: string, text: string): string[] => {
  const pieces: string[] = []
  forEachPiece(compileSplitPattern(pattern), text, (piece) => pieces.push(piece))
  return pieces
}

describe.each(Object.entries(splitPatterns))('the pattern %s', (_, pattern) => {
  const elsewhere = new Tokenizer(
    {
      added_tokens: [],
      normalizer: null,
      pre_tokenizer: {
        type: 'Split',
        pattern: { Regex: pattern },
        behavior: 'Isolated',
        invert: false,
      },
      post_processor: null,
      decoder: null,
      model: { type: 'BPE', vocab: {}, merges: [] },
    },
    {},
  )
  const splitElsewhere = (text: string): string[] => elsewhere.pre_tokenizer!.pre_tokenize([text])

  test('cuts like the Split of @huggingface/tokenizers', () => {
    for (const text of sentences) {
      expect(split(pattern, text)).toEqual(splitElsewhere(text))
    }
    fc.assert(
      fc.property(anyText, (text) => {
        expect(split(pattern, text)).toEqual(splitElsewhere(text))
      }),
      { seed: 1, numRuns: 500 },
    )
  })

  test('loses nothing', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(split(pattern, text).join('')).toBe(text)
      }),
      { seed: 2, numRuns: 300 },
    )
  })

  test.each(['a', 'é', '中', '한', '😀', ' ', '\n', '1', "'"])(
    'copes with a million times %j',
    (character) => {
      expect(split(pattern, character.repeat(1e6)).join('').length).toBe(1e6 * character.length)
    },
  )
})

test('the multilingual pattern keeps scripts, digits, emoji and line ends as pieces', () => {
  const pieces = (text: string) => split(splitPatterns.multilingual, text)
  expect(pieces("He'll eat 12 apples!")).toEqual(
    ['He', "'ll", ' eat', ' ', '1', '2', ' apples', '!'], //
  )
  expect(pieces('他用iPhone 拍照，很好。\n')).toEqual(
    ['他用', 'iPhone', ' ', '拍照', '，', '很好', '。\n'], //
  )
  expect(pieces('人々 二〇二四')).toEqual(['人々', ' ', '二〇二四'])
  expect(pieces('cafe\u0301 👩‍👩‍👧 ❤️x')).toEqual(['cafe\u0301', ' 👩‍👩‍👧', ' ❤️', 'x'])
  expect(pieces('a\r\n\r\n  b')).toEqual(['a', '\r\n\r\n', ' ', ' b'])
})

test('white space is that of Unicode', () => {
  expect(split(splitPatterns.gpt2, 'a\u0085\u0085b\ufeffc')).toEqual(
    ['a', '\u0085', '\u0085', 'b', '\ufeff', 'c'], //
  )
})

test('what a pattern does not match is a piece as well', () => {
  expect(split('b+', 'abbac')).toEqual(['a', 'bb', 'ac'])
  expect(split('x*', '😀x')).toEqual(['😀', 'x'])
})

test('scripts may be named without their prefix', () => {
  expect(split(String.raw`\p{Han}+`, 'a中文b')).toEqual(['a', '中文', 'b'])
})

test.each([
  ['(?i:a)', '(?i'],
  [String.raw`\w+`, String.raw`\w`],
  ['[[:alpha:]]', '['],
  ['[a-z&&[^b]]', '&&'],
  ['a.c', '.'],
  ['^a$', '^'],
  ['[]a]', ']'],
  ['a++', 'this syntax'],
  ['(', 'this syntax'],
])('the pattern %s is refused, because JavaScript might read it otherwise', (pattern, found) => {
  expect(() => compileSplitPattern(pattern)).toThrow(StorageError)
  expect(() => compileSplitPattern(pattern)).toThrow(`split pattern: ${found} is not supported`)
})

test('a run that is too long for the regular expression engine is an error with advice', () => {
  const text = `ok ${'中'.repeat(3e7)}`
  expect(() => split(splitPatterns.multilingual, text)).toThrow(DataError)
  expect(() => split(splitPatterns.multilingual, text)).toThrow(/starts at character 3 .+ parts/)
})
