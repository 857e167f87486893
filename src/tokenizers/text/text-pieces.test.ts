import { expect, test } from 'vitest'
import { piecesOf, pieceUnitOf } from './text-pieces.js'

test.each([
  ['words', ['a fine film', 'C’est la vie']],
  ['characters', ['一部好电影', 'Vue 3 入门']],
  ['characters', ['とても良い', 'ดีมาก']],
] as const)('%s suit %j', (unit, texts) => {
  expect(pieceUnitOf(texts)).toBe(unit)
})

test('words are in lower case, and punctuation marks stand alone', () => {
  expect(piecesOf('Not GOOD, isn’t it?', 'words')).toEqual(
    ['not', 'good', ',', 'isn', '’', 't', 'it', '?'], //
  )
})

test('characters are whole, and spaces are one each', () => {
  expect(piecesOf('好 \t片😀A', 'characters')).toEqual(['好', ' ', '片', '😀', 'a'])
})
