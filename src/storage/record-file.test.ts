import { describe, expect, test } from 'vitest'
import { createMemoryFiles } from '../../test/support/memory-files.js'
import { StorageError } from '../errors.js'
import type { Files } from './files.js'
import { openRecordFile } from './record-file.js'

const [recordBytes, count] = [3, 100]
const content = Uint8Array.from({ length: recordBytes * count }, (_, index) => index % 251)

/** The file, and what is read of it. */
const setUp = async () => {
  const files = createMemoryFiles()
  await files.write('records', content)
  const reads = { whole: 0, ranges: 0, atOnce: 0 }
  let open = 0
  const counting: Files = {
    ...files,
    read: (path) => {
      reads.whole++
      return files.read(path)
    },
    readRange: async (...range) => {
      reads.ranges++
      reads.atOnce = Math.max(reads.atOnce, ++open)
      await new Promise((resolve) => setTimeout(resolve, 1))
      open--
      return files.readRange(...range)
    },
  }
  return { files: counting, reads }
}

const readAll = async (files: Files, memoryLimit?: number) => {
  const read = openRecordFile(files, 'records', { recordBytes, count, memoryLimit })
  return Promise.all(Array.from({ length: count }, (_, index) => read(index)))
}

describe('records', () => {
  test('are the same from memory and from the disk', async () => {
    const { files } = await setUp()
    const fromMemory = await readAll(files)
    expect(fromMemory[7]).toEqual(content.subarray(21, 24))
    expect(await readAll(files, content.length - 1)).toEqual(fromMemory)
  })

  test('of a small file cost one read of it', async () => {
    const { files, reads } = await setUp()
    await readAll(files, content.length)
    expect(reads).toEqual({ whole: 1, ranges: 0, atOnce: 0 })
  })

  test('of a large file are read one by one, and not all at once', async () => {
    const { files, reads } = await setUp()
    await readAll(files, content.length - 1)
    expect(reads).toEqual({ whole: 0, ranges: count, atOnce: 16 })
  })

  test('that cannot be read leave the others as they are', async () => {
    const { files } = await setUp()
    const read = openRecordFile(files, 'records', { recordBytes, count, memoryLimit: 0 })
    const reads = Array.from({ length: 40 }, (_, index) => read(index === 5 ? count : index))
    const results = await Promise.allSettled(reads)
    const failed = results.filter(({ status }) => status === 'rejected')
    expect(failed).toHaveLength(1)
    await expect(reads[5]).rejects.toThrow(StorageError)
    expect(await reads[21]).toEqual(content.subarray(63, 66))
  })
})
