import { expect, test } from 'vitest'
import { sentences } from '../../../test/support/texts.js'
import { DataError } from '../../errors.js'
import type { BytePairDefinition } from './definition.js'
import { splitPatterns } from './split-pattern.js'
import { type TokenizerTrainingProgress, trainBytePairEncoding } from './train-byte-pair.js'

test('ids are special tokens, bytes, merges, without gaps', async () => {
  const tokenizer = await trainBytePairEncoding({
    texts: ['low low low low low lower lower newest newest newest newest newest newest'],
    vocabularySize: 2 + 256 + 3,
    specialTokens: ['<bos>', '<eos>'],
  })
  const { vocabulary, merges } = tokenizer.definition as BytePairDefinition
  expect(tokenizer.vocabularySize).toBe(261)
  expect(vocabulary.slice(0, 2)).toEqual(['<bos>', '<eos>'])
  expect(tokenizer.idOf('a')).toBe(2 + 97)
  expect(vocabulary.slice(258)).toEqual(['we', 'lo', 'Ġn']) // w + e 8 times, l + o 7, Ġ + n 6
  expect(merges).toHaveLength(3)
})

test('the same texts give the same tokenizer, in one piece or line by line', async () => {
  async function* oneByOne() {
    yield* sentences
  }
  const options = { vocabularySize: 500, specialTokens: ['<bos>'] }
  const first = await trainBytePairEncoding({ texts: sentences, ...options })
  const second = await trainBytePairEncoding({ texts: oneByOne(), ...options })
  expect(second.definition).toEqual(first.definition)
})

test('frequent words become single tokens, in English and Chinese', async () => {
  const texts = ['a red apple', 'an apple pie', 'the apple', '红苹果', '苹果派', '苹果汁']
  const tokenizer = await trainBytePairEncoding({ texts, vocabularySize: 999, minimumFrequency: 3 })
  expect(tokenizer.encode(' apple')).toHaveLength(1)
  expect(tokenizer.encode('苹果')).toHaveLength(1)
  expect(tokenizer.encode('苹果汁').length).toBeGreaterThan(1)
})

test('texts that have no more pairs give a smaller vocabulary', async () => {
  const tokenizer = await trainBytePairEncoding({ texts: ['abab'], vocabularySize: 1000 })
  expect(tokenizer.vocabularySize).toBe(257)
  const empty = await trainBytePairEncoding({ texts: [], vocabularySize: 1000 })
  expect(empty.vocabularySize).toBe(256)
})

test('minimumFrequency keeps rare pairs out', async () => {
  const texts = ['abab', 'cdcdcd']
  const tokenizer = await trainBytePairEncoding({ texts, vocabularySize: 999, minimumFrequency: 3 })
  expect(tokenizer.definition.vocabulary.slice(256)).toEqual(['cd'])
})

test('no merge spells a special token, which only the caller may write', async () => {
  const tokenizer = await trainBytePairEncoding({
    texts: Array.from({ length: 50 }, () => 'abcd'),
    vocabularySize: 300,
    specialTokens: ['abc', 'abcd'],
  })
  const spellings = tokenizer.definition.vocabulary
  expect(new Set(spellings).size).toBe(spellings.length)
  expect(tokenizer.encode('abcd').filter(tokenizer.isSpecial)).toEqual([])
  expect(tokenizer.encode('abcd', { allowSpecial: true })).toEqual([1])
})

test('a run without end does not make training slow or tokens long', async () => {
  const tokenizer = await trainBytePairEncoding({ texts: ['a'.repeat(1e6)], vocabularySize: 300 })
  const longest = Math.max(...tokenizer.definition.vocabulary.map((token) => token.length))
  expect(longest).toBe(32)
})

test('the pattern decides what can become a token', async () => {
  const texts = Array.from({ length: 9 }, () => '2024年')
  const vocabularySize = 270
  const digits = await trainBytePairEncoding({ texts, vocabularySize })
  const numbers = await trainBytePairEncoding({
    texts,
    vocabularySize,
    pattern: splitPatterns.gpt2,
  })
  expect(digits.encode('2024')).toHaveLength(4)
  expect(numbers.encode('2024')).toHaveLength(1)
})

test('progress tells the characters read and the merges made', async () => {
  const seen: TokenizerTrainingProgress[] = []
  await trainBytePairEncoding({
    texts: ['abab', 'cd'],
    vocabularySize: 258,
    minimumFrequency: 1,
    onProgress: (progress) => seen.push(progress),
  })
  expect(seen).toEqual([
    { stage: 'counting', characters: 4 },
    { stage: 'counting', characters: 6 },
    { stage: 'merging', done: 1, merges: 2 },
    { stage: 'merging', done: 2, merges: 2 },
  ])
})

test.each([100, 257, 300.5, Number.NaN])(
  'vocabulary size %d is refused',
  async (vocabularySize) => {
    const training = trainBytePairEncoding({
      texts: [],
      vocabularySize,
      specialTokens: ['<bos>', '<eos>'],
    })
    await expect(training).rejects.toThrow(DataError)
    await expect(training).rejects.toThrow(`vocabulary size ${vocabularySize}: expected a whole`)
  },
)

test.each([
  [['a'], '"a" is shorter than two characters'],
  [['😀'], '"😀" is shorter than two characters'],
  [['<a>', '<a>'], '"<a>" is named twice'],
  [['<\ud800>'], 'holds half a surrogate pair'],
])('special tokens %j are refused', async (specialTokens, message) => {
  const training = trainBytePairEncoding({ texts: [], vocabularySize: 300, specialTokens })
  await expect(training).rejects.toThrow(DataError)
  await expect(training).rejects.toThrow(message)
})

test('a signal ends it, even where texts never end', async () => {
  const stop = new AbortController()
  const texts = function* () {
    for (;;) yield 'over and over'
  }
  setTimeout(() => stop.abort())
  const training = trainBytePairEncoding({
    texts: texts(),
    vocabularySize: 300,
    signal: stop.signal,
  })
  await expect(training).rejects.toThrow('aborted')
})

test('a signal ends it between two merges', async () => {
  const stop = new AbortController()
  const stages: TokenizerTrainingProgress[] = []
  const training = trainBytePairEncoding({
    texts: sentences,
    vocabularySize: 300,
    signal: stop.signal,
    onProgress: (progress) => {
      stages.push(progress)
      if (progress.stage === 'merging') stop.abort()
    },
  })
  await expect(training).rejects.toThrow('aborted')
  expect(stages.at(-1)).toMatchObject({ stage: 'merging', done: 1 })
})
