import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { filesOf } from '../../../test/support/sources.js'
import { type Fault, printFault } from '../source.js'
import { createCsvReader } from './csv.js'
import { type ReadRecordsOptions, readRecords } from './read-records.js'

/** The records of a file and its faults as printed lines. */
const read = async (
  path: string,
  content: string | Uint8Array,
  options: ReadRecordsOptions = {},
) => {
  const files = await filesOf({ [path]: content })
  const faults: string[] = []
  const records: { line: number; fields: unknown }[] = []
  const onFault = (fault: Fault) => faults.push(printFault(fault))
  for await (const { line, fields } of readRecords(path, options, { files, onFault })) {
    records.push({ line, fields })
  }
  return { records, faults }
}

describe('the records of a table', () => {
  test('are the objects of JSON lines', async () => {
    const { records, faults } = await read('a.jsonl', '{"text":"one"}\r\n\n{"text":"二","n":[1]}')
    expect(records).toEqual([
      { line: 1, fields: { text: 'one' } },
      { line: 3, fields: { text: '二', n: [1] } },
    ])
    expect(faults).toEqual([])
  })

  test('are the rows of comma-separated values, with quotes', async () => {
    const { records } = await read('a.csv', 'label,text\n1,"a, ""b""\nc"\n0,d\n', {
      wanted: ['text'],
    })
    expect(records).toEqual([
      { line: 2, fields: { label: '1', text: 'a, "b"\nc' } },
      { line: 4, fields: { label: '0', text: 'd' } },
    ])
  })

  test('are the rows of tab-separated values, in which quotes are text', async () => {
    const { records } = await read('a.tsv', '"Hi," he said\t1\nno\t0')
    expect(records.map(({ fields }) => fields)).toEqual([
      { text: '"Hi," he said', label: '1' },
      { text: 'no', label: '0' },
    ])
  })

  test('have the names of a header, of the options, or of their place', async () => {
    const text = 'id\tgloss\tpos\n1\ta thing\tn'
    const first = async (options: ReadRecordsOptions) =>
      (await read('a.tsv', text, options)).records[0]?.fields
    expect(await first({ wanted: ['gloss'] })).toEqual({ id: '1', gloss: 'a thing', pos: 'n' })
    expect(await first({})).toEqual({ text: 'id', label: 'gloss', 'column 3': 'pos' })
    expect(await first({ header: 'present' })).toEqual({ id: '1', gloss: 'a thing', pos: 'n' })
    expect(await first({ columns: ['a', 'b'], header: 'absent' })).toEqual({
      a: 'id',
      b: 'gloss',
      'column 3': 'pos',
    })
  })

  test('begin with the first row of tab-separated values that is like the others', async () => {
    const labels = ['good', 'bad', 'good', 'bad', 'fair', 'fair']
    const rows = labels.flatMap((label, index) => [`text ${index}\t${label}`, `${index}\t${label}`])
    const countOf = async (...first: string[]) => {
      const options = { wanted: ['text', 'label'] }
      const { records, faults } = await read('a.tsv', [...first, ...rows].join('\n'), options)
      return faults[0] ?? records.length
    }
    expect(await countOf()).toBe(12)
    expect(await countOf('alone\tno label', 'alone too\tno other')).toBe(14)
    expect(await countOf('a text\t2')).toBe(13)
    expect(await countOf(`${'a long text '.repeat(4)}\tnew`)).toBe(13)
    expect(await countOf('text\tlabel')).toBe(12)
    for (const names of ['Titel\tArt', 'title\tgood', 'good\tkind']) {
      expect(await countOf(names)).toBe(
        `a.tsv: expected a first row that names text or label, found ${names.replace('\t', ', ')}; ` +
          'name its columns, or say "header: absent" where it is a row like the others',
      )
    }
    const numbers = Array.from({ length: 10 }, (_, index) => `${index / 7}\ttext ${index}`)
    const named = await read('a.tsv', ['size\tremark', ...numbers].join('\n'), { wanted: ['text'] })
    expect(named.faults[0]).toContain('found size, remark')
  })

  test('have semicolons or tabs between them where a comma gives one column', async () => {
    const fieldsOf = async (text: string) =>
      (await read('a.csv', text, { wanted: ['text'] })).records.map(({ fields }) => fields)
    const expected = [{ text: 'nice, "so"; yes', label: '1' }]
    expect(await fieldsOf('text;label\n"nice, ""so""; yes";1\n')).toEqual(expected)
    expect(await fieldsOf('"text";"label"\n"nice, ""so""; yes";"1"')).toEqual(expected)
    expect(await fieldsOf('text\tlabel\r\n"nice, ""so""; yes"\t1\r\n')).toEqual(expected)
    expect(await fieldsOf('text,label\n"nice, ""so""; yes",1\n')).toEqual(expected)
    expect(await fieldsOf('text\na; b\nc\n')).toEqual([{ text: 'a; b' }, { text: 'c' }])
    const alone = await read('a.csv', 'a; b\nc\nd', { header: 'absent' })
    expect(alone.records.map(({ fields }) => fields)).toEqual([
      { text: 'a; b' },
      { text: 'c' },
      { text: 'd' },
    ])
    const ragged = await read('a.csv', 'text;label\na;b;c\nd;e\n', { wanted: ['text'] })
    expect(ragged.faults).toEqual([
      'a.csv:2: expected 2 fields as in the first row, found 3; put texts with semicolons in quotes',
    ])
  })

  test('are refused where two columns have the name that is asked for', async () => {
    const { faults } = await read('a.csv', 'text,label,label\na,b,c', { wanted: ['text', 'label'] })
    expect(faults).toEqual(['a.csv: two columns are called label; give each another name'])
    expect((await read('a.csv', 'text,,\na,b,c', { wanted: ['text'] })).faults).toEqual([])
  })

  test('are the rows of Parquet, of all row groups', async () => {
    const { records, faults } = await read('a.parquet', smallParquet)
    expect(faults).toEqual([])
    expect(records).toEqual([
      { line: 1, fields: { text: 'one', count: 1 } },
      { line: 2, fields: { text: '二', count: 2 } },
      { line: 3, fields: { text: 'three', count: 3 } },
      { line: 4, fields: { text: null, count: 4 } },
    ])
    const chosen = await read('a.parquet', smallParquet, { wanted: ['text', 'missing'] })
    expect(chosen.records[0]?.fields).toEqual({ text: 'one' })
    const none = await read('a.parquet', smallParquet, { wanted: ['missing'] })
    expect(none).toEqual({
      records: [],
      faults: ['a.parquet: expected a column missing, found text, count; name one of them'],
    })
  })

  test('may be packed with gzip', async () => {
    const packed = new Uint8Array(gzipSync('text,label\n一,1\n'))
    const { records } = await read('a.csv.gz', packed, { wanted: ['text'] })
    expect(records).toEqual([{ line: 2, fields: { text: '一', label: '1' } }])
  })

  test('longer than what is read at once are whole', async () => {
    const rows = Array.from({ length: 3000 }, (_, index) => `${index},"${'文,"",\n'.repeat(99)}"`)
    const { records, faults } = await read('a.csv', rows.join('\n'), { header: 'absent' })
    expect(faults).toEqual([])
    expect(records).toHaveLength(3000)
    expect(records[2999]).toEqual({
      line: 2999 * 100 + 1,
      fields: { text: '2999', label: '文,",\n'.repeat(99) },
    })
  })
})

describe('a fault in a table', () => {
  test('is named with its line, and the rows around it are read', async () => {
    const ragged = await read('a.csv', 'a,b\nc\nd,e,f\ng,h', { header: 'absent' })
    expect(ragged.records.map(({ line }) => line)).toEqual([1, 4])
    expect(ragged.faults).toEqual([
      'a.csv:2: expected 2 fields as in the first row, found 1; put texts with commas in quotes',
      'a.csv:3: expected 2 fields as in the first row, found 3; put texts with commas in quotes',
    ])
    const json = await read('a.jsonl', '{"text":\n[1]\n{"text":"good"}\nnull')
    expect(json.records.map(({ line }) => line)).toEqual([3])
    expect(json.faults[0]).toMatch(/^a\.jsonl:1: not JSON: .*each line has to hold one object$/)
    expect(json.faults.slice(1)).toEqual([
      'a.jsonl:2: expected an object such as {"text": "..."}, found a list',
      'a.jsonl:4: expected an object such as {"text": "..."}, found null',
    ])
  })

  test('is a byte that is not UTF-8, and good rows stay', async () => {
    const encoder = new TextEncoder()
    const content = [...encoder.encode('caf'), 0xe9, ...encoder.encode('\t1\n文\t0\n')]
    const { records, faults } = await read('latin.tsv', Uint8Array.from(content))
    expect(faults).toEqual(['latin.tsv:1: the byte 0xe9 is not UTF-8; save the file as UTF-8'])
    expect(records).toEqual([{ line: 2, fields: { text: '文', label: '0' } }])
    const wide = await read('wide.csv', Uint8Array.of(0xff, 0xfe, 0x61, 0))
    expect(wide.faults).toEqual(['wide.csv: the text is UTF-16; save the file as UTF-8'])
  })

  test('is a file that is empty, damaged or no table', async () => {
    expect((await read('a.csv', '')).faults).toEqual([
      'a.csv: the file is empty; fill it or leave it out',
    ])
    expect((await read('a.parquet', 'no parquet at all')).faults[0]).toMatch(
      /^a\.parquet: not a Parquet file that can be read \(.*\); copy it again/,
    )
    const torn = new Uint8Array(gzipSync('a\tb\n'.repeat(1000))).subarray(0, 30)
    expect((await read('a.tsv.gz', torn)).faults[0]).toMatch(/^a\.tsv\.gz: not a whole gzip file/)
    expect((await read('a.xlsx', 'x')).faults[0]).toMatch(/^a\.xlsx: expected a table/)
  })

  test('is thrown where nobody collects faults', async () => {
    const files = await filesOf({ 'a.csv': 'a,b\nc' })
    const records = readRecords('a.csv', { header: 'absent' }, { files })
    await records.next()
    await expect(records.next()).rejects.toThrow(/^a\.csv:2: expected 2 fields/)
  })
})

test('a text in pieces has the same records as in one', () => {
  const text = fc.string({ unit: fc.constantFrom(...'ab",\n\r '), maxLength: 40 })
  fc.assert(
    fc.property(text, fc.array(fc.nat(40)), (whole, cuts) => {
      const places = [0, ...cuts.sort((a, b) => a - b), whole.length]
      const next = createCsvReader()
      const pieces = places.slice(1).map((end, index) => whole.slice(places[index], end))
      const records = pieces.flatMap((piece, index) => [
        ...next(piece, index === pieces.length - 1),
      ])
      expect(records).toEqual([...createCsvReader()(whole, true)])
    }),
    { numRuns: 500 },
  )
})

/** Columns text (STRING) and count (INT32), 4 rows in 2 groups, Snappy; written by hyparquet-writer 0.17.0. */
const smallParquet = Uint8Array.from(
  atob(
    'UEFSMRUGFSAVJFwVBBUAFQQVABUEFQAAAAMDDjQDAAAAb25lAwAAAOS6jBUGFRQVGFwVBBUAFQQVABUEFQAAAAMDCBwBAAAAAgAAABUGFRYVGlwVBBUCFQQVABUEFQAAAAMBCSAFAAAAdGhyZWUVBhUUFRhcFQQVABUEFQAVBBUAAAADAwgcAwAAAAQAAAAVBBk8SARyb290FQQAFQwlAhgEdGV4dCUAABUCJQIYBWNvdW50ABYIGSwZLCYIHBUMGRUAGRgEdGV4dBUCFgQWShZOJgg8NgAoA+S6jBgDb25lABkcFQYVABUCAAAAJlYcFQIZFQAZGAVjb3VudBUCFgQWPhZCJlY8NgAoBAIAAAAYBAEAAAAAGRwVBhUAFQIAAAAWiAEWBDaQAQAZLCaYARwVDBkVABkYBHRleHQVAhYEFkAWRCaYATw2AigFdGhyZWUYBXRocmVlABkcFQYVABUCAAAAJtwBHBUCGRUAGRgFY291bnQVAhYEFj4WQibcATw2ACgEBAAAABgEAwAAAAAZHBUGFQAVAgAAABZ+FgQ2hgEAKAloeXBhcnF1ZXQZLBwAABwAAAApAQAAUEFSMQ==',
  ),
  (character) => character.charCodeAt(0),
)
