import { describe, expect, test } from 'vitest'
import { fullAfter, Killed, killedAfter } from '../../test/support/failing-files.js'
import { createMemoryFiles } from '../../test/support/memory-files.js'
import { StorageError } from '../errors.js'
import {
  findFolder,
  listFolders,
  removeFolder,
  sweepFolders,
  writeFolder,
} from './atomic-folder.js'
import type { Files } from './files.js'
import { joinPath } from './files.js'
import { listTree, verifyManifest } from './manifest.js'

const write = (files: Files, folder: string, content: string) =>
  writeFolder(files, folder, {}, async (partial) => {
    await files.write(joinPath(partial, 'a'), content)
    await files.write(joinPath(partial, 'inner/b'), content)
  })

/** The content of both files, which must be of one version. */
const read = async (files: Files, folder: string) => {
  const found = await findFolder(files, folder)
  if (found === undefined) return undefined
  await verifyManifest(files, found)
  const content = await files.readText(joinPath(found, 'a'))
  expect(await files.readText(joinPath(found, 'inner/b'))).toBe(content)
  return content
}

const namesOf = async (files: Files) => (await listTree(files, 'shelf')).map(({ name }) => name)

test('a folder is filled, given a manifest, flushed, renamed and flushed in this order', async () => {
  const files = createMemoryFiles()
  const log: string[] = []
  const logged: Files = {
    ...files,
    write: async (path, content) => {
      log.push(`write ${path}`)
      await files.write(path, content)
    },
    rename: async (from, to) => {
      log.push(`rename ${from} ${to}`)
      await files.rename(from, to)
    },
    syncFolder: async (path) => {
      log.push(`flush ${path}`)
      await files.syncFolder(path)
    },
  }
  await write(logged, 'shelf/x', 'new')
  expect(log).toEqual([
    'write shelf/x.partial/a',
    'write shelf/x.partial/inner/b',
    'write shelf/x.partial/manifest.json',
    'flush shelf/x.partial',
    'rename shelf/x.partial shelf/x',
    'flush shelf',
  ])
})

describe.each(['a new folder', 'a folder in place of an old one'])('writing %s', (what) => {
  const old = what === 'a new folder' ? undefined : 'old'
  const prepared = async () => {
    const files = createMemoryFiles()
    await files.createFolder('shelf')
    if (old) await write(files, 'shelf/x', old)
    return files
  }

  test('and being killed at any moment leaves the old or the new one whole', async () => {
    const outcomes = new Set<string | undefined>()
    for (let changes = 0; ; changes++) {
      const files = await prepared()
      const isDone = await write(killedAfter(files, changes), 'shelf/x', 'new').then(
        () => true,
        (error: unknown) => {
          expect(error).toBeInstanceOf(Killed)
          return false
        },
      )
      const content = await read(files, 'shelf/x')
      outcomes.add(content)
      expect([old, 'new']).toContain(content)

      // The next process is not disturbed by what the killed one left, and removes it.
      await write(files, 'shelf/x', 'newer')
      expect(await read(files, 'shelf/x')).toBe('newer')
      await sweepFolders(files, 'shelf')
      expect(await namesOf(files)).toEqual(['x/a', 'x/inner/b', 'x/manifest.json'])
      if (isDone) break
    }
    expect(outcomes).toEqual(new Set([old, 'new']))
  })

  test('on a disk that fills up at any moment leaves the old one and no rest', async () => {
    const before = await namesOf(await prepared())
    for (let writes = 0; ; writes++) {
      const files = await prepared()
      const error: unknown = await write(fullAfter(files, writes), 'shelf/x', 'new').then(
        () => undefined,
        (reason: unknown) => reason,
      )
      expect(await read(files, 'shelf/x')).toBe(error ? old : 'new')
      if (error === undefined) break
      expect(error).toBeInstanceOf(StorageError)
      expect((error as StorageError).message).toContain('the disk is full')
      expect(await namesOf(files)).toEqual(before)
    }
  })
})

test('removing a folder and being killed never leaves a part of it at its name', async () => {
  for (let changes = 0; ; changes++) {
    const files = createMemoryFiles()
    await write(files, 'shelf/x', 'old')
    const isDone = await removeFolder(killedAfter(files, changes), 'shelf/x').then(
      () => true,
      () => false,
    )
    expect([undefined, 'old']).toContain(await read(files, 'shelf/x'))
    if (isDone) break
  }
})

test('a shelf lists a replaced folder under its own name while the new one is missing', async () => {
  const files = createMemoryFiles()
  await files.createFolder('shelf/a')
  await files.createFolder('shelf/a.replaced')
  await files.createFolder('shelf/b.replaced')
  await files.createFolder('shelf/c.partial')
  await files.createFolder('shelf/d.removed')
  await files.write('shelf/e', 'a file')
  const expected = new Map([
    ['shelf/a', 'shelf/a'],
    ['shelf/b', 'shelf/b.replaced'],
  ])
  expect(await listFolders(files, 'shelf')).toEqual(expected)
  await sweepFolders(files, 'shelf')
  expect((await files.list('shelf')).map(({ path }) => path)).toEqual([
    'shelf/a',
    'shelf/b',
    'shelf/e',
  ])
  expect(await listFolders(files, 'nowhere')).toEqual(new Map())
})
