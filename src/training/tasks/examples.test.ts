import { expect, test } from 'vitest'
import { tinyTextTokenizer } from '../../../test/support/tiny-text-tokenizer.js'
import type { Caption } from '../../data/example.js'
import {
  describeExamples,
  fitPhrase,
  namedLanguages,
  nameOf,
  namesOf,
  phraseOf,
} from './examples.js'

const captions: readonly Caption[] = [
  { language: 'en', text: 'fruit', role: 'keyword' },
  { language: 'en', text: 'red apple', role: 'name' },
  { language: 'zh', text: '红苹果', role: 'name' },
]

test('a name is the first caption of its language that is no keyword', () => {
  expect(nameOf({ captions }, 'en')).toBe('red apple')
  expect(nameOf({ captions }, 'zh')).toBe('红苹果')
})

test('where a language has no name, the first caption stands in', () => {
  expect(nameOf({ captions: [{ language: 'en', text: 'a cat' }] }, 'zh')).toBe('a cat')
  expect(nameOf({ captions: [] }, 'en')).toBe('')
})

test('names are all captions but keywords, in one language or in any', () => {
  expect(namesOf({ captions })).toEqual(['red apple', '红苹果'])
  expect(namesOf({ captions }, 'en')).toEqual(['red apple'])
  expect(namesOf({ captions: [] })).toEqual([])
})

test('an example speaks the wanted languages that it has a name in, or else what it can', () => {
  const [keyword, english, chinese] = captions.map((caption) => [caption])
  expect(namedLanguages({ captions }, ['en', 'zh'])).toEqual(['en', 'zh'])
  expect(namedLanguages({ captions }, ['zh'])).toEqual(['zh'])
  expect(namedLanguages({ captions: english! }, ['en', 'zh'])).toEqual(['en'])
  expect(namedLanguages({ captions: chinese! }, ['en'])).toEqual(['zh'])
  expect(namedLanguages({ captions: keyword! }, ['en'])).toEqual([])
})

test('a phrase names the style in the language of the phrase', () => {
  expect(phraseOf({ captions }, 'en')).toBe('red apple')
  expect(phraseOf({ captions, style: 'Noto' }, 'en')).toBe('red apple, Noto style')
  expect(phraseOf({ captions, style: 'Noto' }, 'zh')).toBe('Noto 风格的红苹果')
})

test('a phrase is cut off where a model stops reading', async () => {
  const text = await tinyTextTokenizer()
  const layout = { textLength: 6 }
  expect(fitPhrase('red cat', text, { textLength: 99 })).toBe('red cat')
  const fitted = fitPhrase('a phrase of many words, and 汉字 and 😀😀', text, layout)
  expect('a phrase of many words, and 汉字 and 😀😀'.startsWith(fitted)).toBe(true)
  expect(text.encode(fitted).length).toBeLessThan(6)
  expect(fitted.length).toBeGreaterThan(0)
})

test('errors name the first examples of a batch and count the others', () => {
  const batch = ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => ({ id }))
  expect(describeExamples(batch)).toBe('a, b, c, d and 2 more')
  expect(describeExamples(batch.slice(0, 4))).toBe('a, b, c, d')
})
