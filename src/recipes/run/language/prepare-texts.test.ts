import { describe, expect, test } from 'vitest'
import { filesOf } from '../../../../test/support/sources.js'
import { textDataSchema } from '../../schema/text-data.js'
import { prepareTexts } from './prepare-texts.js'

const prepare = async (contents: Readonly<Record<string, string>>, data: object) => {
  const files = await filesOf(contents)
  const progress: string[] = []
  const prepared = await prepareTexts(textDataSchema.parse(data), {
    files,
    dataFolder: 'data',
    onProgress: (work, done) => progress.push(`${work}: ${done}`),
  })
  const texts: string[] = []
  for await (const { text } of prepared.documents()) texts.push(text)
  return { ...prepared, texts, progress }
}

describe('the texts of a recipe', () => {
  const table = '{"text":"cafe\u0301"}\n{"text":"café"}\n{"body":"x"}\n{"text":"山水"}\n'

  test('are normalized and without duplicates by default, and rows with faults are counted', async () => {
    const { texts, report, progress } = await prepare({ 'a.jsonl': table }, { path: 'a.jsonl' })
    expect(texts).toEqual(['café', '山水'])
    expect(report.filters).toEqual([
      { name: 'normalization', dropped: 0, marked: 0, changed: 1 },
      { name: 'exact duplicates', dropped: 1, marked: 0, changed: 0 },
    ])
    expect(report.faults).toEqual({
      count: 1,
      first: [
        {
          file: 'a.jsonl',
          line: 3,
          message: 'there is no field "text", but body; name one of them',
        },
      ],
    })
    expect(progress).toEqual([
      'documents: 3',
      'changed for normalization: 1',
      'dropped for exact duplicates: 1',
      'rows with faults, left out: 1',
    ])
  })

  test('pass all filters that the recipe names, in their order', async () => {
    const lines = [
      'Write to a@example.com or 13812345678 about it',
      'Write to b@example.com or 13912345678 about it',
      'this one is blocked',
      '全部都是中文的一行文字',
      'short',
      'one two three four five six seven',
      'a long line about nothing much, which is here to be kept',
      'a long line about nothing much, which is here to be kept!',
    ]
    const { texts, report } = await prepare(
      {
        'a.txt': lines.join('\n'),
        'words.txt': 'blocked',
        'measured.csv': 'id,text\n1,two three four five',
      },
      {
        path: 'a.txt',
        documents: 'line',
        filters: {
          minimumLength: 8,
          languages: ['en'],
          blockList: 'words.txt',
          overlap: { path: 'measured.csv', length: 4 },
          emailAddresses: true,
          telephoneNumbers: true,
          nearDuplicates: { similarity: 0.8 },
        },
      },
    )
    expect(texts).toEqual(['Write to <email> or <phone> about it', lines[6]])
    expect(report.filters.map(({ name, dropped, changed }) => [name, dropped, changed])).toEqual([
      ['normalization', 0, 0],
      ['length', 1, 0],
      ['languages', 1, 0],
      ['block list', 1, 0],
      ['overlap', 1, 0],
      ['e-mail addresses', 0, 2],
      ['telephone numbers', 0, 2],
      ['exact duplicates', 1, 0],
      ['near duplicates', 1, 0],
    ])
  })

  test('have another key when a file or a filter changes', async () => {
    const { key } = await prepare({ 'a.txt': 'a' }, { path: 'a.txt' })
    const other = await prepare(
      { 'a.txt': 'a' },
      { path: 'a.txt', filters: { exactDuplicates: false } },
    )
    expect(other.key).not.toBe(key)
    const longer = await prepare({ 'a.txt': 'ab' }, { path: 'a.txt' })
    expect(longer.key).not.toBe(key)
    expect((await prepare({ 'a.txt': 'b' }, { path: 'a.txt' })).key).not.toBe(key)
    // The same texts, written again.
    expect((await prepare({ 'a.txt': 'a' }, { path: 'a.txt' })).key).toBe(key)
  })
})
