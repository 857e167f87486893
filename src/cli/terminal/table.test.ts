import { expect, test } from 'vitest'
import { printTable } from './table.js'

test('columns are aligned by what a terminal shows, not by characters', () => {
  const table = printTable(
    [{ title: 'words' }, { title: 'score', align: 'end' }, { title: 'note' }],
    [
      ['a red apple', '0.91', 'ok'],
      ['一个红苹果', '10.5', ''],
      ['火箭🚀', '\u001B[31m2\u001B[39m'],
    ],
  )
  expect(table.split('\n')).toEqual([
    'words        score  note',
    'a red apple   0.91  ok',
    '一个红苹果    10.5',
    '火箭🚀           \u001B[31m2\u001B[39m',
  ])
})

test('a table without titles has no head, one without rows only a head', () => {
  expect(printTable([{}, {}], [['parameters', '6.4 M']])).toBe('parameters  6.4 M')
  expect(printTable([{ title: 'name' }], [])).toBe('name')
})

test('there may be more rows than a function takes arguments', () => {
  const rows = Array.from({ length: 200_000 }, (_, row) => [`${row}`])
  expect(printTable([{ align: 'end' }], rows).split('\n')[0]).toBe('     0')
})
