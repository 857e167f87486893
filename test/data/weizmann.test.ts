/** Films of real people as strips of frames, where TESSERAE_DATA names a folder that has them. */

import { expect, it } from 'vitest'
import { cachePictures } from '../../src/data/cache.js'
import { clipFolderSource } from '../../src/data/sources/clip-folder.js'
import { createNodeFiles } from '../../src/platform/node/files.js'
import { createNodeMedia } from '../../src/platform/node/media.js'
import { createMemoryFiles } from '../support/memory-files.js'
import { wholeData } from '../support/whole-data.js'

const films = wholeData('weizmann-actions')

it.skipIf(films === undefined)('reads 36 clips of nine people and four actions', async () => {
  const media = createNodeMedia()
  const options = clipFolderSource.options.parse({
    path: films!,
    table: 'index.tsv',
    columns: {
      file_name: 'file',
      text: 'action',
      group: 'subject',
      'attributes.action': 'action',
    },
  })
  const context = { files: createNodeFiles(), media, packageFolder: async () => undefined }
  const { examples, picture } = await cachePictures({
    files: createMemoryFiles(),
    media,
    folder: 'cache',
    key: 'weizmann',
    size: 64,
    frames: 8,
    examples: () => clipFolderSource.examples(options, context),
  })
  expect(examples).toHaveLength(36)
  expect(new Set(examples.map(({ group }) => group)).size).toBe(9)
  expect(new Set(examples.map(({ attributes }) => attributes!.action)).size).toBe(4)
  const { height, frames } = await picture(0)
  expect([height, frames]).toEqual([512, 8])
})
