import { describe, expect, test } from 'vitest'
import { createMemoryFiles } from '../../test/support/memory-files.js'
import { StorageError } from '../errors.js'
import { inspectFolder, listTree, readManifest, verifyManifest, writeManifest } from './manifest.js'

const folderWith = async (contents: Record<string, string>) => {
  const files = createMemoryFiles()
  for (const [name, content] of Object.entries(contents)) await files.write(`m/${name}`, content)
  return files
}

test('a manifest names every file of the tree with the hash that sha256sum prints', async () => {
  const files = await folderWith({ 'a.txt': 'abc', 'inner/b.txt': '' })
  await writeManifest(files, 'm', { seed: 7 })
  expect(await readManifest(files, 'm')).toEqual({
    format: 1,
    about: { seed: 7 },
    files: {
      'a.txt': {
        bytes: 3,
        sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
      },
      'inner/b.txt': {
        bytes: 0,
        sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      },
    },
  })
})

test('a manifest that is written again does not hash itself', async () => {
  const files = await folderWith({ a: '1' })
  await writeManifest(files, 'm')
  await writeManifest(files, 'm')
  expect(Object.keys((await readManifest(files, 'm')).files)).toEqual(['a'])
})

test('a tree is listed with paths inside it, whether or not a slash ends its own', async () => {
  const files = await folderWith({ a: '1', 'b/c/d': '22' })
  const expected = [
    { name: 'a', path: 'm/a', size: 1 },
    { name: 'b/c/d', path: 'm/b/c/d', size: 2 },
  ]
  expect(await listTree(files, 'm')).toEqual(expected)
  expect(await listTree(files, 'm/')).toEqual(expected)
})

describe('verification', () => {
  const verifyAfter = async (change: (files: ReturnType<typeof createMemoryFiles>) => unknown) => {
    const files = await folderWith({ a: 'one', b: 'two', 'c/d': 'three' })
    await writeManifest(files, 'm')
    await change(files)
    return verifyManifest(files, 'm')
  }

  test('accepts the folder as it was, and files that the manifest does not name', async () => {
    const manifest = await verifyAfter((files) => files.write('m/new', ''))
    expect(Object.keys(manifest.files)).toEqual(['a', 'b', 'c/d'])
  })

  test.each([
    ['a missing file', 'm/b: it is missing', (f: Files) => f.remove('m/b')],
    [
      'a file cut short',
      'm/c/d: it has 4 bytes, the manifest says 5',
      (f: Files) => f.write('m/c/d', 'thre'),
    ],
    ['a changed file', 'm/b: its SHA-256 is ', (f: Files) => f.write('m/b', 'TWO')],
    [
      'a folder for a file',
      'm/a: it is missing',
      async (f: Files) => {
        await f.remove('m/a')
        await f.createFolder('m/a')
      },
    ],
  ])('names %s', async (_, finding, change) => {
    await expect(verifyAfter(change)).rejects.toThrow(StorageError)
    await expect(verifyAfter(change)).rejects.toThrow(finding)
  })

  test('finds a missing file before it hashes a large one', async () => {
    const files = await folderWith({ a: 'large', b: 'small' })
    await writeManifest(files, 'm')
    await files.remove('m/b')
    const cannotHash = { ...files, sha256: () => Promise.reject(new Error('hashed')) }
    await expect(verifyManifest(cannotHash, 'm')).rejects.toThrow('m/b: it is missing')
  })

  test('passes over what it is told to', async () => {
    const files = await folderWith({ a: '1', b: '2' })
    await writeManifest(files, 'm')
    await files.write('m/b', 'other')
    await verifyManifest(files, 'm', { except: (name) => name === 'b' })
  })
})

test('what is wrong with a folder is told, a disk that refuses to tell throws', async () => {
  const files = await folderWith({ a: '1' })
  const missing = await inspectFolder(files, 'm')
  expect(missing).toBeInstanceOf(StorageError)
  expect((missing as StorageError).message).toContain('m/manifest.json: it is missing.')
  for (const damage of ['{', new Uint8Array([0xff]), '{}']) {
    await files.write('m/manifest.json', damage)
    expect(await inspectFolder(files, 'm')).toBeInstanceOf(StorageError)
  }
  const refusing = { ...files, read: () => Promise.reject(new StorageError('busy')) }
  await expect(inspectFolder(refusing, 'm')).rejects.toThrow('busy')
})

describe('a manifest is refused', () => {
  const entry = { bytes: 1, sha256: '0'.repeat(64) }
  test.each([
    ['of a later format', { format: 2, about: {}, files: {} }],
    ['that leaves its folder', { format: 1, about: {}, files: { '../secret': entry } }],
    ['that starts at the root', { format: 1, about: {}, files: { '/etc/passwd': entry } }],
    ['that leaves it by a backslash', { format: 1, about: {}, files: { '..\\secret': entry } }],
    ['that names a drive', { format: 1, about: {}, files: { 'c:secret': entry } }],
    ['with half a hash', { format: 1, about: {}, files: { a: { ...entry, sha256: '00' } } }],
    ['that is a list', []],
  ])('%s', async (_, content) => {
    const files = await folderWith({ 'manifest.json': JSON.stringify(content) })
    await expect(readManifest(files, 'm')).rejects.toThrow(StorageError)
    await expect(readManifest(files, 'm')).rejects.toThrow('m/manifest.json: it is not a manifest')
  })
})

type Files = ReturnType<typeof createMemoryFiles>
