import { expect, test } from 'vitest'
import { createVocabulary, specialId, specialTokens } from './vocabulary.js'

test('special tokens are the first ids, and stay what they are in files that exist', () => {
  expect(specialTokens.map(specialId)).toEqual([0, 1, 2, 3, 4, 5])
  expect(specialId('<pad>')).toBe(0)
  expect(specialId('<mask>')).toBe(5)
})

test('words and codes share one range of ids without gaps', () => {
  expect(createVocabulary({ textPieces: 300, imageCodes: 64 })).toEqual({
    text: { start: 0, end: 300 },
    image: { start: 300, end: 364 },
    size: 364,
  })
})
