import { beforeEach, describe, expect, test } from 'vitest'
import { createMemoryFiles } from '../../../test/support/memory-files.js'
import { DataError } from '../../errors.js'
import type { Files } from '../../storage/files.js'
import { type Fault, printFault } from '../source.js'
import type { TextDocument } from './document.js'
import { findTextFiles } from './find-text-files.js'
import { type ReadTextsOptions, readTexts } from './read-texts.js'
import { splitAtEnd, splitDocuments } from './split-documents.js'

let files: Files
beforeEach(() => {
  files = createMemoryFiles()
})

const all = async (documents: AsyncIterable<TextDocument>) => {
  const found: TextDocument[] = []
  for await (const document of documents) found.push(document)
  return found
}

/** What was written, as documents in one piece each. */
const readAll = async (paths: readonly string[], documents: ReadTextsOptions['documents']) => {
  const joined: string[] = []
  let held = ''
  for (const { text, continues } of await all(readTexts(paths, { documents }, { files }))) {
    held += text
    if (continues) continue
    joined.push(held)
    held = ''
  }
  return joined
}

describe('texts', () => {
  test('are files, lines or paragraphs', async () => {
    await files.write('a.txt', 'one\ntwo\r\n\n\nthree\n  \nfour')
    expect(await readAll(['a.txt'], 'file')).toEqual(['one\ntwo\n\n\nthree\n  \nfour'])
    expect(await readAll(['a.txt'], 'line')).toEqual(['one', 'two', 'three', 'four'])
    expect(await readAll(['a.txt'], 'paragraph')).toEqual(['one\ntwo', 'three', 'four'])
  })

  test('longer than what is read at once lose nothing, not even inside of a character', async () => {
    const text = `${'a'.repeat(2 ** 20 - 1)}中${'文字\n'.repeat(200_000)}end`
    await files.write('long.txt', text)
    expect(await readAll(['long.txt'], 'file')).toEqual([text])
    expect((await readAll(['long.txt'], 'line')).join('\n')).toBe(text)
  })

  test.each([' ', '\n', '。', '，'])(
    'come in pieces that end after %j, not inside of an address',
    async (divider) => {
      const address = 'somebody@example.org'
      // The first piece ends inside of the first address.
      const count = Math.floor((2 ** 18 - 5) / Buffer.byteLength(divider))
      await files.write('long.txt', `${divider.repeat(count)}${address}${divider}`.repeat(3))
      const pieces = await all(readTexts(['long.txt'], { documents: 'file' }, { files }))
      expect(pieces.length).toBeGreaterThan(2)
      expect(pieces.map(({ text }) => text.split(address).length - 1)).toEqual(
        pieces.map(({ text }) => text.split('@').length - 1),
      )
      expect(pieces.map(({ text }) => text).join('')).toBe(await files.readText('long.txt'))
    },
  )

  test('of lines leave out one that would fill the memory, and say so', async () => {
    await files.write('lines.txt', `before\n${'a'.repeat(2 ** 24 + 1)}\nafter`)
    const faults: Fault[] = []
    const onFault = (fault: Fault) => void faults.push(fault)
    const options = { documents: 'line' } as const
    const texts = await all(readTexts(['lines.txt'], options, { files, onFault }))
    expect(texts.map(({ text }) => text)).toEqual(['before', 'after'])
    expect(faults.map(printFault)).toEqual([
      'lines.txt:2: the line has more than 16777216 characters; divide it',
    ])
  })

  test('of a folder are those of all files in it and below, but for hidden ones', async () => {
    await files.write('texts/b.txt', 'b')
    await files.write('texts/._b.txt', 'hidden')
    await files.write('texts/.trash/b.txt', 'hidden')
    await files.write('texts/deep/c.md', 'c')
    await files.write('texts/picture.png', 'no text')
    const found = (await findTextFiles(files, ['texts'])).map(({ path }) => path)
    expect(found).toEqual(['texts/b.txt', 'texts/deep/c.md'])
    expect(await readAll(found, 'file')).toEqual(['b', 'c'])
  })

  test('that are missing or not UTF-8 are errors that say so', async () => {
    await expect(findTextFiles(files, ['nowhere.txt'])).rejects.toThrow(
      'nowhere.txt: there is no such file or folder; check data.path',
    )
    await files.write('empty/picture.png', 'no text')
    await expect(findTextFiles(files, ['empty'])).rejects.toThrow('there is no text file')
    await files.write('latin.txt', Uint8Array.of(0x63, 0x61, 0x66, 0xe9))
    const reading = readAll(['latin.txt'], 'file')
    await expect(reading).rejects.toThrow(DataError)
    await expect(reading).rejects.toThrow('latin.txt: byte 3 (0xe9) is not UTF-8')
    await expect(readAll(['latin.txt'], 'line')).rejects.toThrow('latin.txt:1: the byte 0xe9')
    await files.write('nothing.txt', '')
    await expect(readAll(['nothing.txt'], 'file')).rejects.toThrow('nothing.txt: the file is empty')
  })

  test('with faults are counted and left out where somebody collects them', async () => {
    await files.write('latin.txt', Uint8Array.of(0x63, 0xe9, 0x0a, 0x64))
    await files.write('good.txt', 'good')
    const faults: string[] = []
    const onFault = (fault: Fault) => faults.push(printFault(fault))
    const read = async (documents: ReadTextsOptions['documents']) =>
      (await all(readTexts(['latin.txt', 'good.txt'], { documents }, { files, onFault }))).map(
        ({ text }) => text,
      )
    expect(await read('line')).toEqual(['d', 'good'])
    // What stands before the byte is kept.
    expect(await read('file')).toEqual(['c', 'good'])
    expect(faults).toHaveLength(2)
    await files.write('latin.txt', Uint8Array.of(0xe9, 0x63))
    expect(await read('file')).toEqual(['good'])
  })

  test('of tables are a field of each record, or a template of several', async () => {
    await files.write(
      'a.jsonl',
      '{"title":"One","keywords":["a","b"]}\n{"title":"Two"}\n{"title":""}',
    )
    const faults: string[] = []
    const onFault = (fault: Fault) => faults.push(printFault(fault))
    const read = async (...fields: string[]) =>
      (await all(readTexts(['a.jsonl'], { documents: 'file', fields }, { files, onFault }))).map(
        ({ text }) => text,
      )
    expect(await read('title')).toEqual(['One', 'Two'])
    expect(await read('{title}: {keywords}')).toEqual(['One: a, b'])
    // The first template whose fields a record has.
    expect(await read('{title}: {keywords}', 'title')).toEqual(['One: a, b', 'Two'])
    expect(faults).toEqual([
      'a.jsonl:3: "title": the text is empty; write one or remove the row',
      'a.jsonl:2: there is no field "keywords", but title; name one of them',
      'a.jsonl:3: there is no field "keywords", but title; name one of them',
      'a.jsonl:3: "title": the text is empty; write one or remove the row',
    ])
  })

  test('of a table tell their file and line', async () => {
    await files.write('a.tsv', 'en\tzh\nHi.\t嗨。')
    const [document] = await all(
      readTexts(['a.tsv'], { documents: 'file', fields: ['{en} {zh}'] }, { files }),
    )
    expect(document).toEqual({ text: 'Hi. 嗨。', file: 'a.tsv', line: 2 })
  })
})

const documentsOf = (texts: readonly TextDocument[]) =>
  async function* () {
    yield* texts
  }

describe('documents are divided', () => {
  test('here and there, each into one part, the same way every time', async () => {
    const documents = documentsOf(Array.from({ length: 500 }, (_, index) => ({ text: `${index}` })))
    const split = splitDocuments(documents, { share: 0.2, seed: 1 })
    const [training, validation] = [await all(split.training()), await all(split.validation())]
    expect(training.length + validation.length).toBe(500)
    expect(validation.length / 500).toBeCloseTo(0.2, 1)
    expect(await all(split.validation())).toEqual(validation)
    const other = await all(splitDocuments(documents, { share: 0.2, seed: 2 }).validation())
    expect(other).not.toEqual(validation)
  })

  test('with all their pieces', async () => {
    const pieces = Array.from({ length: 60 }, (_, index) => ({
      text: `${Math.floor(index / 3)}`,
      ...(index % 3 < 2 ? { continues: true } : {}),
    }))
    const split = splitDocuments(documentsOf(pieces), { share: 0.3, seed: 4 })
    for (const part of [split.training, split.validation]) {
      const texts = (await all(part())).map(({ text }) => text)
      expect(texts.length % 3).toBe(0)
      for (const text of texts) expect(texts.filter((one) => one === text)).toHaveLength(3)
    }
  })

  test('at the end, to the character', async () => {
    const documents = documentsOf([{ text: 'abcde', continues: true }, { text: 'fghij' }])
    const split = splitAtEnd(documents, { share: 0.3, characters: 10 })
    expect(await all(split.training())).toEqual([
      { text: 'abcde', continues: true },
      { text: 'fg' },
    ])
    expect(await all(split.validation())).toEqual([{ text: 'hij' }])
  })

  test('at the end, never inside of a character', async () => {
    const documents = documentsOf([{ text: 'ab😀cd' }])
    const split = splitAtEnd(documents, { share: 0.5, characters: 6 })
    const texts = [await all(split.training()), await all(split.validation())]
    expect(texts.flat().map(({ text }) => text)).toEqual(['ab', '😀cd'])
  })
})
