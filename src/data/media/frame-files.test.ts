import { expect, test } from 'vitest'
import { createMemoryFiles } from '../../../test/support/memory-files.js'
import { DataError } from '../../errors.js'
import type { Files } from '../../storage/files.js'
import { readFrameFiles } from './frame-files.js'
import { readPictureFile } from './picture-file.js'

/** Files of the given sizes, which nobody is to read. */
const filesOf = async (sizes: Readonly<Record<string, number>>): Promise<Files> => {
  const files = createMemoryFiles()
  for (const path of Object.keys(sizes)) await files.write(path, 'x')
  const sized = <Entry extends { readonly path: string; readonly size: number }>(entry: Entry) => ({
    ...entry,
    size: sizes[entry.path] ?? entry.size,
  })
  return {
    ...files,
    stat: async (path) => {
      const entry = await files.stat(path)
      return entry && sized(entry)
    },
    list: async (folder) => (await files.list(folder)).map(sized),
    read: async (path) => {
      throw new Error(`${path} is read`)
    },
  }
}

const mebibyte = 2 ** 20

test('a file that is too large is told and not read, in a folder of frames as well', async () => {
  const files = await filesOf({
    'a.gif': 64 * mebibyte + 1,
    'b.gif': 64 * mebibyte,
    'a.mp4': 1024 * mebibyte + 1,
    'b.MP4': 1024 * mebibyte,
    'walk/1.png': 1,
    'walk/2.png': 65 * mebibyte,
    ...Object.fromEntries(
      Array.from({ length: 17 }, (_, frame) => [`long/${frame}.png`, 62 * mebibyte]),
    ),
  })
  expect(await readFrameFiles('a.gif', files)).toEqual({ fault: 'large', frames: 1 })
  expect(await readFrameFiles('a.mp4', files)).toEqual({ fault: 'large', frames: 1 })
  expect(await readFrameFiles('walk', files)).toEqual({ fault: 'large', frames: 2 })
  expect(await readFrameFiles('long', files)).toEqual({ fault: 'large', frames: 17 })
  await expect(readFrameFiles('b.gif', files)).rejects.toThrow('b.gif is read')
  await expect(readFrameFiles('b.MP4', files)).rejects.toThrow('b.MP4 is read')
})

test('so is a picture', async () => {
  const files = await filesOf({ 'a.png': 70 * mebibyte, 'b.png': 64 * mebibyte })
  const reading = readPictureFile('a.png', files)
  await expect(reading).rejects.toThrow(DataError)
  await expect(reading).rejects.toThrow(
    'a.png: the file has 70.0 MiB, more than the limit of 64.0 MiB; save it smaller',
  )
  await expect(readPictureFile('b.png', files)).rejects.toThrow('b.png is read')
})
