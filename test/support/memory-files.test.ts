import { expect, test } from 'vitest'
import { StorageError } from '../../src/errors.js'
import { createMemoryFiles } from './memory-files.js'

// That it does what a disk does is checked where the files of Node are.

test('what is written and read are copies', async () => {
  const files = createMemoryFiles()
  const bytes = new Uint8Array([1, 2, 3])
  await files.write('a', bytes)
  bytes[0] = 9
  const copy = await files.read('a')
  copy[1] = 9
  expect([...(await files.read('a'))]).toEqual([1, 2, 3])
  expect([...(await files.readRange('a', 1, 3))]).toEqual([2, 3])
})

test('spellings of one path are the same', async () => {
  const files = createMemoryFiles()
  await files.write('/a//b/../c', 'x')
  expect(await files.readText('./a/c')).toBe('x')
  expect((await files.list('/a')).map(({ path }) => path)).toEqual(['/a/c'])
})

test('refusals name the path', async () => {
  const files = createMemoryFiles()
  await files.createFolder('folder')
  await files.write('bytes', new Uint8Array([0xff]))
  for (const [action, message] of [
    [() => files.read('x'), 'cannot read x: it does not exist. Check the path.'],
    [() => files.read('folder'), 'cannot read folder: it is a folder, not a file.'],
    [() => files.readRange('bytes', 0, 2), 'cannot read bytes 0 to 2 of bytes: it has 1 bytes.'],
    [() => files.readText('bytes'), 'bytes is not UTF-8 text.'],
    [() => files.write('bytes/x', ''), 'bytes is a file'],
    [() => files.rename('folder', 'folder/x'), 'a folder cannot be moved into itself.'],
    [() => files.rename('bytes', 'nowhere/x'), 'that folder does not exist. Create it first.'],
    [() => files.syncFolder('bytes'), 'no such folder exists'],
  ] as const) {
    await expect(action()).rejects.toThrow(StorageError)
    await expect(action()).rejects.toThrow(message)
  }
})
