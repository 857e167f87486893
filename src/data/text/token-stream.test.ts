import { beforeEach, describe, expect, test } from 'vitest'
import { createMemoryFiles } from '../../../test/support/memory-files.js'
import type { Files } from '../../storage/files.js'
import { trainCharacterTokenizer } from '../../tokenizers/text/index.js'
import type { TextDocument } from './document.js'
import { createTokenStream, type TokenStreamOptions } from './token-stream.js'

const text = await trainCharacterTokenizer({
  texts: ['abc 中'],
  specialTokens: ['<pad>', '<bos>', '<eos>'],
})
const [bos, eos] = [1, 2]
let files: Files
beforeEach(() => {
  files = createMemoryFiles()
})

/** A stream of these documents, and how often they were read. */
const streamOf = async (
  documents: readonly TextDocument[],
  { key = 'one', mark = true, ...options }: Partial<TokenStreamOptions> & { mark?: boolean } = {},
) => {
  let reads = 0
  const stream = await createTokenStream({
    files,
    folder: 'cache',
    key,
    text,
    documents: async function* () {
      reads++
      yield* documents
    },
    ...(mark ? { surroundings: { before: bos, after: eos } } : {}),
    ...options,
  })
  return { stream, reads, ids: Array.from(await stream.read(0, stream.length)) }
}

const documents = [{ text: 'ab' }, { text: 'c', continues: true }, { text: '中 a' }]

describe('a stream of tokens', () => {
  test('is the documents one after another, each between its marks', async () => {
    const { stream, ids } = await streamOf(documents)
    const inside = (words: string) => text.encode(words)
    expect(ids).toEqual([bos, ...inside('ab'), eos, bos, ...inside('c中 a'), eos])
    expect(stream).toMatchObject({ length: 10, documents: 2, bytes: 8 })
  })

  test('of one text has no marks', async () => {
    const { ids } = await streamOf([{ text: 'ab', continues: true }, { text: 'c' }], {
      mark: false,
    })
    expect(text.decode(ids)).toBe('abc')
  })

  test('is read in windows', async () => {
    const { stream, ids } = await streamOf(documents)
    expect(Array.from(await stream.read(3, 7))).toEqual(ids.slice(3, 7))
  })

  test('that is too large for memory is read from the disk', async () => {
    const { ids } = await streamOf(documents)
    const { stream, ids: onDisk } = await streamOf(documents, { memoryLimit: 0 })
    expect(onDisk).toEqual(ids)
    expect(Array.from(await stream.read(3, 7))).toEqual(ids.slice(3, 7))
  })

  test('has room for the ids of large vocabularies', async () => {
    const large = { ...text, vocabularySize: 70_000, encode: () => [5, 69_999, 65_536] }
    for (const memoryLimit of [0, 1000]) {
      const options = { text: large, mark: false, key: `${memoryLimit}`, memoryLimit }
      expect((await streamOf([{ text: 'a' }], options)).ids).toEqual([5, 69_999, 65_536])
    }
  })

  test('is made once, and anew for another key', async () => {
    expect((await streamOf(documents)).reads).toBe(1)
    const again = await streamOf(documents)
    expect(again.reads).toBe(0)
    expect(again.ids).toHaveLength(10)
    expect((await streamOf([{ text: 'b' }], { key: 'other' })).ids).toHaveLength(3)
  })

  test('whose file was cut off is made anew', async () => {
    await streamOf(documents)
    await files.write('cache/tokens.bin', Uint8Array.of(1, 0))
    expect((await streamOf(documents)).reads).toBe(1)
  })

  test.each(['', '{ "format": ', '[]'])(
    'whose summary is damaged, %j, is made anew',
    async (json) => {
      await streamOf(documents)
      await files.write('cache/tokens.json', json)
      const { reads, ids } = await streamOf(documents)
      expect([reads, ids.length]).toEqual([1, 10])
      expect((await streamOf(documents)).reads).toBe(0)
    },
  )

  test('has no summary while it is made anew', async () => {
    await streamOf(documents)
    const whole = files
    const seen: boolean[] = []
    files = {
      ...whole,
      writeChunks: async (...given) => {
        seen.push((await whole.stat('cache/tokens.json')) !== undefined)
        return whole.writeChunks(...given)
      },
    }
    await streamOf(documents, { key: 'other' })
    expect(seen).toEqual([false])
  })

  test('longer than a chunk keeps every token', async () => {
    const long = 'abc '.repeat(200_000)
    const { ids } = await streamOf([{ text: long }], { mark: false })
    expect(text.decode(ids)).toBe(long)
  })
})
