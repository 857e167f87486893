import { describe, expect, test } from 'vitest'
import { seemsRow } from './table-header.js'

const repeat = (count: number, row: (index: number) => readonly string[]) =>
  Array.from({ length: count }, (_, index) => row(index))

const reviews = repeat(40, (row) => [`a film of some words, number ${row}`, String(row % 2)])
const news = repeat(40, (row) => [row % 3 ? 'sport' : 'art', `title ${row}`, `body ${row}`])
const flowers = repeat(40, (row) => [
  ...[5 + row / 20, 3 - row / 50, 1 + row / 10].map(String),
  `kind ${row % 3}`,
])

describe('the first row of a table is certainly like the others', () => {
  test.each([
    ['where its label comes again', reviews, ['good film', '1']],
    ['where the label stands first', news, ['sport', 'another title', 'another body']],
    ['of numbers and a label', flowers, ['5.1', '2.5', '1.4', 'kind 2']],
    [
      'where a label has the name of a column',
      [...news, ['y', 'one', 'two']],
      ['y', 'a title', 'a body'],
    ],
    ['of two rows', [['bad film', '0']], ['good film', '1']],
    ['where its number lies among others', repeat(40, (row) => [`text ${row}`, String(row * 3)])],
  ])('%s', (_, rows, first = ['a text', '50']) => {
    expect(seemsRow(first, rows)).toBe(true)
  })
})

describe('the first row of a table may name its columns', () => {
  test.each([
    ['where its names come nowhere again', reviews, ['remark', 'opinion']],
    ['by a usual name, though another is a label', reviews, ['text', '1']],
    [
      'over a column of numbers',
      repeat(40, (row) => [String(row), 'spam', 'x']),
      ['id', 'spam', 'x'],
    ],
    [
      'where files were joined',
      [...news, ['kind', 'head', 'rest'], ...news],
      ['kind', 'head', 'rest'],
    ],
    ['by their places', repeat(40, (row) => [`text ${row}`, String(row % 2)]), ['0', '1']],
    [
      'by their places, beside numbers of rows',
      repeat(40, (row) => [String(row), 'a', '1']),
      ['', '0', '1'],
    ],
    ['by years', repeat(40, (row) => [`land ${row}`, String(1900 + row)]), ['land', '1920']],
    [
      'by wavelengths',
      repeat(40, (row) => [`leaf ${row}`, String(row), String(row)]),
      ['leaf', '9', '8'],
    ],
    [
      'by a number that is far from the others',
      repeat(40, (row) => [`leaf ${row}`, `0.${row}`]),
      ['leaf', '450'],
    ],
    [
      'where numbers are missing',
      repeat(40, (row) => [row % 2 ? '' : '7', 'a', 'b']),
      ['size', 'a', 'b'],
    ],
    ['where there are no rows', [], ['one', '1']],
  ])('%s', (_, rows, first) => {
    expect(seemsRow(first, rows)).toBe(false)
  })
})
