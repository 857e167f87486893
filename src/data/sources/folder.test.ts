import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { contextOf, filesOf, readAll, withHugeFile } from '../../../test/support/sources.js'
import { DataError } from '../../errors.js'
import type { SourceContext } from '../source.js'
import { folderSource } from './folder.js'
import { readMetadata } from './metadata.js'

const open = (context: SourceContext) =>
  folderSource.examples({ path: 'pets', flippable: true }, context)

const pictures = { 'pets/cat.png': 'cat', 'pets/dogs/rex.jpg': 'rex' }

describe('a folder of pictures', () => {
  it('is read by its metadata.jsonl', async () => {
    const table = [
      '{"file_name": "cat.png", "text": ["a cat", "一只猫"], "style": "photo", "license": "CC0-1.0"}',
      '',
      '{"file_name": "dogs/rex.jpg", "text": "Rex", "language": "zh", "group": "dogs"}',
    ]
    const files = await filesOf({ ...pictures, 'pets/metadata.jsonl': table.join('\n') })
    const { examples, faults } = await readAll(open, files)
    expect(faults).toEqual([])
    expect(examples).toEqual([
      {
        id: 'cat.png',
        group: 'cat.png',
        picture: { name: 'pets/cat.png', bytes: new TextEncoder().encode('cat') },
        captions: [
          { language: 'en', text: 'a cat' },
          { language: 'zh', text: '一只猫' },
        ],
        style: 'photo',
        license: 'CC0-1.0',
        flippable: true,
      },
      {
        id: 'dogs/rex.jpg',
        group: 'dogs',
        picture: { name: 'pets/dogs/rex.jpg', bytes: new TextEncoder().encode('rex') },
        captions: [{ language: 'zh', text: 'Rex' }],
        flippable: true,
      },
    ])
  })

  it('is read by its metadata.csv', async () => {
    const table = 'text,file_name,style\r\n"a cat, asleep",cat.png,\r\nRex,dogs/rex.jpg,photo\r\n'
    const files = await filesOf({ ...pictures, 'pets/metadata.csv': table })
    const { examples, faults } = await readAll(open, files)
    expect(faults).toEqual([])
    expect(examples.map(({ captions }) => captions[0]!.text)).toEqual(['a cat, asleep', 'Rex'])
    expect(examples.map(({ style }) => style)).toEqual([undefined, 'photo'])
  })

  it('says of each picture whether it may be mirrored, else its option says so', async () => {
    const rows = [
      '{"file_name": "cat.png", "text": "a cat", "flippable": false}',
      '{"file_name": "dogs/rex.jpg", "text": "Rex"}',
    ]
    const json = await filesOf({ ...pictures, 'pets/metadata.jsonl': rows.join('\n') })
    const table = 'file_name,text,flippable\ncat.png,a cat,true\ndogs/rex.jpg,Rex,\n'
    const csv = await filesOf({ ...pictures, 'pets/metadata.csv': table })
    const flippableOf = async (files: typeof json, flippable: boolean) => {
      const source = (context: SourceContext) =>
        folderSource.examples({ path: 'pets', flippable }, context)
      const { examples } = await readAll(source, files)
      return examples.map((example) => example.flippable)
    }
    expect(await flippableOf(json, true)).toEqual([false, true])
    expect(await flippableOf(csv, false)).toEqual([true, false])
  })

  it('names pictures that are too large, and does not read them', async () => {
    const table = 'text,file_name\na cat,cat.png\nRex,dogs/rex.jpg\n'
    const files = await filesOf({ ...pictures, 'pets/metadata.csv': table })
    const { examples, faults } = await readAll(open, withHugeFile(files, 'pets/cat.png'))
    expect(examples.map(({ id }) => id)).toEqual(['dogs/rex.jpg'])
    expect(faults).toEqual([
      'pets/cat.png: the file has 1024.0 MiB, more than the limit of 64.0 MiB; save it smaller',
    ])
  })

  it('names file, line and fault of every bad row, and yields the good ones', async () => {
    const table = [
      '{"file_name": "cat.png", "text": "a cat"}',
      '{"file_name": "cat.png", ',
      '{"file_name": "cat.png", "text": "again"}',
      '{"text": "no name"}',
      '{"file_name": "../secret.png", "text": "up"}',
      '{"file_name": "/etc/passwd", "text": "root"}',
      '{"file_name": "C:\\\\x.png", "text": "drive"}',
      '{"file_name": "none.png", "text": "missing"}',
      '{"file_name": "dogs", "text": "a folder"}',
      '{"file_name": "dogs/rex.jpg", "text": " "}',
      '{"file_name": "dogs/rex.jpg", "text": "Rex", "language": "fr"}',
      '{"file_name": "dogs/rex.jpg", "text": "Rex", "flippable": "maybe"}',
      '[]',
      '{"file_name": "dogs/rex.jpg", "text": "Rex"}',
    ]
    const files = await filesOf({ ...pictures, 'pets/metadata.jsonl': table.join('\n') })
    const { examples, faults } = await readAll(open, files)
    expect(examples.map(({ id }) => id)).toEqual(['cat.png', 'dogs/rex.jpg'])
    const expected = [
      /:2: not JSON/,
      /:3: "cat.png" already is in line 1/,
      /:4: file_name: .*needs "file_name" and "text"/,
      /:5: .*leads out of the data set/,
      /:6: .*is absolute/,
      /:7: .*is absolute/,
      /:8: there is no picture "none.png"/,
      /:9: there is no picture "dogs"/,
      /:10: the text is empty/,
      /:11: language: .*correct it or leave it out/,
      /:12: flippable: expected true or false; correct it or leave it out/,
      /:13: expected an object such as .*, found a list/,
    ]
    expect(faults).toHaveLength(expected.length)
    for (const [index, fault] of faults.entries()) {
      expect(fault).toMatch(expected[index]!)
      expect(fault).toMatch(/^pets\/metadata.jsonl:\d+: /)
    }
  })

  it('names the rows of a CSV file that are ragged or badly quoted', async () => {
    const table =
      'file_name,text\ncat.png,a cat, asleep\ndogs/rex.jpg\n"cat.png,open\ndogs/rex.jpg,x'
    const files = await filesOf({ ...pictures, 'pets/metadata.csv': table })
    const { examples, faults } = await readAll(open, files)
    expect(examples).toEqual([])
    expect(faults[0]).toMatch(/:2: expected 2 fields as in the first row, found 3; .*quotes/)
    expect(faults[1]).toMatch(/:3: expected 2 fields as in the first row, found 1/)
    expect(faults[2]).toMatch(/:4: a quoted field is not closed/)
  })

  it.each(['metadata.CSV', 'rows.tsv.gz'])('reads %s by the end of its name', async (name) => {
    const separator = name.includes('tsv') ? '\t' : ','
    const rows = [`file_name${separator}text`, `cat.png${separator}a cat`].join('\n')
    const text = new TextEncoder().encode(rows)
    const packed = name.endsWith('.gz') ? new Uint8Array(gzipSync(text)) : text
    const files = await filesOf(pictures)
    await files.write(`pets/${name}`, packed)
    const found = []
    for await (const row of readMetadata(`pets/${name}`, contextOf(files))) found.push(row)
    expect(found).toMatchObject([{ fileName: 'cat.png', line: 2 }])
  })

  it('names a CSV header without the needed columns once', async () => {
    const files = await filesOf({ 'pets/metadata.csv': 'cat.png,a cat\ndog.png,a dog\n' })
    const { faults } = await readAll(open, files)
    expect(faults).toEqual([
      'pets/metadata.csv:1: expected a header with the columns file_name and text, found cat.png, a cat',
    ])
  })

  it('is read one picture at a time', async () => {
    const table = '{"file_name": "cat.png", "text": "a cat"}\n{"file_name": "no.png", "text": "no"}'
    const files = await filesOf({ ...pictures, 'pets/metadata.jsonl': table })
    const examples = open(contextOf(files))[Symbol.asyncIterator]()
    expect((await examples.next()).value?.id).toBe('cat.png')
    await expect(examples.next()).rejects.toThrow('there is no picture "no.png"')
  })

  it('throws the first fault where nobody collects them', async () => {
    const files = await filesOf({ 'pets/metadata.jsonl': '{}' })
    const examples = open(contextOf(files))[Symbol.asyncIterator]()
    await expect(examples.next()).rejects.toThrow(/^pets\/metadata.jsonl:1: /)
    await expect(open(contextOf(files))[Symbol.asyncIterator]().next()).rejects.toThrow(DataError)
  })

  it('without a table says how to write one', async () => {
    const files = await filesOf(pictures)
    const examples = open(contextOf(files))[Symbol.asyncIterator]()
    await expect(examples.next()).rejects.toThrow('write one with a row')
  })
})
