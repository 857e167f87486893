import { describe, expect, test } from 'vitest'
import { createMemoryFiles } from '../../../test/support/memory-files.js'
import { describeFaults, readTextRows } from './labelled-rows.js'

const columns = { text: 'text', label: 'label' }

const read = async (name: string, content: string, chosen: typeof columns | object = columns) => {
  const files = createMemoryFiles()
  await files.write(name, content)
  return readTextRows(files, name, chosen as typeof columns)
}

const pairsOf = ({ rows }: Awaited<ReturnType<typeof read>>) =>
  rows.map(({ text, label }) => [text, label])

describe('rows are read', () => {
  const expected = [
    ['一, 二', 'a'],
    ['three', 'b'],
  ]

  test.each([
    ['rows.tsv', '一, 二\ta\nthree\tb\n'],
    ['named.tsv', 'label\ttext\na\t一, 二\nb\tthree'],
    ['rows.csv', 'label,text,note\na,"一, 二",x\nb,three,y\n'],
    ['rows.jsonl', '{"text":"一, 二","label":"a"}\n\n{"text":"three","label":"b","n":[1]}'],
  ])('from %s', async (name, content) => {
    expect(pairsOf(await read(name, content))).toEqual(expected)
  })

  test('without labels where none are asked for', async () => {
    expect(pairsOf(await read('rows.jsonl', '{"text":"one"}', { text: 'text' }))).toEqual([
      ['one', ''],
    ])
  })

  test('from several columns, whose values are kept apart', async () => {
    const { rows } = await read('rows.csv', 'a,b,kind\n1.5,2,x\n', {
      text: ['a', 'b'],
      label: 'kind',
    })
    expect(rows).toEqual([{ line: 2, text: '1.5 2', values: ['1.5', '2'], label: 'x' }])
  })
})

describe('a row that cannot be used', () => {
  test('is named with its line and its reason', async () => {
    const { rows, faults } = await read('rows.tsv', 'good\ta\nalone\n \tb\nnone\t\nm\tn\to\n')
    expect(rows).toHaveLength(1)
    expect(faults.map(({ line, reason }) => `${line}: ${reason}`)).toEqual([
      '2: expected 2 fields, found 1',
      '3: the text is empty',
      '4: the label is missing',
      '5: expected 2 fields, found 3',
    ])
    expect(describeFaults(faults)).toBe(
      '4 rows left out: rows.tsv:2: expected 2 fields, found 1; rows.tsv:3: the text is empty; ' +
        'rows.tsv:4: the label is missing and 1 more',
    )
  })

  test('is found in JSON lines and comma-separated tables as well', async () => {
    const lines = await read('rows.jsonl', '{"text":"one","label":"a"}\nnonsense\n[1]')
    expect(lines.faults.map(({ line }) => line)).toEqual([2, 3])
    const table = await read('rows.csv', 'text,label\none,a\nragged\n"open,b')
    expect(table.faults.map(({ line }) => line)).toEqual([3, 4])
  })
})

test.each([
  ['rows.tsv', '', 'rows.tsv: the file is empty'],
  ['rows.txt', 'a', 'rows.txt: expected a table whose name ends in .tsv, .csv or .jsonl'],
  ['rows.tsv', 'alone\n', 'none of its 1 rows can be used; line 1: expected 2 fields'],
  ['rows.csv', 'title,label\na,b\n', 'expected a column called text, found title, label'],
])('%s without anything usable is refused', async (name, content, message) => {
  await expect(read(name, content)).rejects.toThrow(message)
})
