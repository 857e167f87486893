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
