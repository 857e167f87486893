import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { anyText, sentences, throughUtf8 } from '../../../test/support/texts.js'
import { DataError, StorageError } from '../../errors.js'
import { byteCharacters } from './byte-pair/byte-level.js'
import { createBytePairTokenizer } from './byte-pair.js'
import type { BytePairDefinition } from './definition.js'
import { splitPatterns } from './split-pattern.js'
import type { TextTokenizer } from './tokenizer.js'
import { trainBytePairEncoding } from './train-byte-pair.js'

const fixture = new URL('../../../test/fixtures/gpt2-bpe/', import.meta.url)

describe('with the merges of GPT-2', () => {
  /** GPT-2 as far as the cases need it; the other ids belong to tokens that nothing becomes. */
  const subset: { vocabulary: Record<string, number>; merges: string[] } = JSON.parse(
    readFileSync(new URL('subset.json', fixture), 'utf8'),
  )
  const tokensById = new Map(Object.entries(subset.vocabulary).map(([token, id]) => [id, token]))
  const vocabulary = Array.from(
    { length: 50257 },
    (_, id) => tokensById.get(id) ?? `<unused ${id}>`,
  )
  const gpt2 = createBytePairTokenizer({
    kind: 'byte-pair',
    vocabulary,
    specialTokens: vocabulary.filter((_, id) => !tokensById.has(id)),
    splitPattern: splitPatterns.gpt2,
    merges: subset.merges.map((merge) => {
      const [left, right] = merge.split(' ')
      return [subset.vocabulary[left!]!, subset.vocabulary[right!]!]
    }),
  })
  const cases: { text: string; ids: number[] }[] = readFileSync(
    new URL('cases.jsonl', fixture),
    'utf8',
  )
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))

  test.each(cases)('$text has its official ids', ({ text, ids }) => {
    expect(gpt2.encode(text)).toEqual(ids)
    expect(gpt2.decode(ids)).toBe(text)
  })
})

describe('with merges of its own', () => {
  let tokenizer: TextTokenizer
  beforeAll(async () => {
    tokenizer = await trainBytePairEncoding({ texts: sentences, vocabularySize: 600 })
  })

  test('any text comes back from its ids', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(tokenizer.decode(tokenizer.encode(text))).toBe(throughUtf8(text))
      }),
      { seed: 1, numRuns: 500 },
    )
  })

  test('a text has the same ids however often and after whatever it is encoded', () => {
    const ids = sentences.map((text) => tokenizer.encode(text))
    for (let number = 0; number < 70_000; number++) tokenizer.encode(`q${number}`)
    expect(sentences.map((text) => tokenizer.encode(text))).toEqual(ids)
  })

  test('no text has no ids', () => {
    expect(tokenizer.encode('')).toEqual([])
    expect(tokenizer.decode([])).toBe('')
  })

  test.each(['a', '中', '😀', ' ', 'ab'])('a megabyte of %j is encoded in seconds', (unit) => {
    const text = unit.repeat(2 ** 20 / new TextEncoder().encode(unit).length)
    const started = performance.now()
    const ids = tokenizer.encode(text)
    expect(performance.now() - started).toBeLessThan(10_000)
    expect(tokenizer.decode(ids)).toBe(text)
  })
})

describe('a vocabulary without all bytes', () => {
  const definition: BytePairDefinition = {
    kind: 'byte-pair',
    vocabulary: ['<unk>', 'a', 'b', 'ab'],
    specialTokens: ['<unk>'],
    splitPattern: splitPatterns.gpt2,
    merges: [[1, 2]],
  }

  test('has an unknown token for each byte that it lacks', () => {
    const tokenizer = createBytePairTokenizer({ ...definition, unknownToken: '<unk>' })
    expect(tokenizer.encode('abéa')).toEqual([3, 0, 0, 1])
  })

  test('or refuses the text', () => {
    const tokenizer = createBytePairTokenizer(definition)
    expect(() => tokenizer.encode('ab c')).toThrow(DataError)
    expect(() => tokenizer.encode('ab c')).toThrow(/^text " c": .+ none for byte 32\./)
    expect(tokenizer.encode('ab')).toEqual([3])
  })
})

describe('a definition that contradicts itself is refused', () => {
  const sound: BytePairDefinition = {
    kind: 'byte-pair',
    vocabulary: ['<bos>', ...byteCharacters],
    specialTokens: ['<bos>'],
    splitPattern: splitPatterns.gpt2,
    merges: [],
  }
  const faults: [string, Partial<BytePairDefinition>, RegExp][] = [
    ['a merge without its token', { merges: [[1, 2]] }, /^merge 0 \(Ā ā\): .+ lacks the token/],
    ['a token twice', { vocabulary: [...sound.vocabulary, 'a'] }, /"a" has two ids, 98 and 257/],
    ['a special token without id', { specialTokens: ['<eos>'] }, /"<eos>": it is not in the/],
    [
      'an unknown token that is ordinary',
      { unknownToken: 'a' },
      /"a": expected one of the special/,
    ],
    ['surroundings of unknown tokens', { surroundings: { after: ['<e>'] } }, /"<e>": expected one/],
    ['a token that is not spelt in bytes', { vocabulary: ['<bos>', '中'] }, /found "中"/],
  ]
  test.each(faults)('%s', (_, fault, message) => {
    expect(() => createBytePairTokenizer({ ...sound, ...fault })).toThrow(StorageError)
    expect(() => createBytePairTokenizer({ ...sound, ...fault })).toThrow(message)
  })
})
