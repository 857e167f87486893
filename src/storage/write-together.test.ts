import { expect, test } from 'vitest'
import { fullAfter } from '../../test/support/failing-files.js'
import { createMemoryFiles } from '../../test/support/memory-files.js'
import { StorageError } from '../errors.js'
import { writeTogether } from './write-together.js'

const contents = new Map(
  ['a/1', 'a/2', 'b/3'].map((path, index) => [path, Uint8Array.of(index)] as const),
)

test('all files are written, new ones and others', async () => {
  const files = createMemoryFiles()
  await files.write('a/2', 'old')
  await writeTogether(files, contents)
  for (const [path, content] of contents) expect(await files.read(path)).toEqual(content)
  expect(await files.list('a')).toHaveLength(2)
})

test('a disk that is full after any write leaves what was there, and nothing else', async () => {
  for (let writes = 0; writes < contents.size; writes++) {
    const files = createMemoryFiles()
    await files.write('a/2', 'old')
    const writing = writeTogether(fullAfter(files, writes), contents)
    await expect(writing).rejects.toThrow(StorageError)
    expect((await files.list('a')).map(({ path }) => path)).toEqual(['a/2'])
    expect(await files.readText('a/2')).toBe('old')
  }
})

test('a rename that fails leaves the ones before it renamed, and no file half done', async () => {
  for (let renames = 0; renames < contents.size; renames++) {
    const files = createMemoryFiles()
    for (const path of contents.keys()) await files.write(path, 'old')
    let left = renames
    const failing = {
      ...files,
      rename: async (from: string, to: string) => {
        if (left-- <= 0) throw new StorageError(`cannot rename ${from}: it is locked.`)
        await files.rename(from, to)
      },
    }
    await expect(writeTogether(failing, contents)).rejects.toThrow('it is locked')
    for (const [index, [path, content]] of [...contents].entries()) {
      const old = new TextEncoder().encode('old')
      expect(await files.read(path)).toEqual(index < renames ? content : old)
    }
    expect(await files.list('a')).toHaveLength(2)
    expect(await files.list('b')).toHaveLength(1)
  }
})
