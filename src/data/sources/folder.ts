/**
 * A folder of pictures with a table beside them: `metadata.jsonl` or `metadata.csv` with the
 * columns `file_name` and `text`, and optionally `language`, `group`, `style`, `license` and
 * `flippable`.
 */

import { z } from 'zod'
import { joinPath } from '../../storage/files.js'
import { defineSource, reportFault } from '../source.js'
import { flippableSchema } from './flippable.js'
import { readListedPicture } from './listed-picture.js'
import { findMetadata, readMetadata } from './metadata.js'

export const folderSource = defineSource({
  kind: 'folder',
  summary: 'a folder of pictures with metadata.jsonl or metadata.csv',
  options: z.strictObject({
    path: z.string().min(1).describe('the folder that holds the pictures and the table'),
    flippable: flippableSchema,
  }),
  async *examples({ path, flippable }, context) {
    const table = await findMetadata(path, context)
    const rows = readMetadata(table, context)
    for await (const { fileName, line, group = fileName, frames: _, ...facts } of rows) {
      const picturePath = joinPath(path, fileName)
      const entry = await context.files.stat(picturePath)
      if (entry?.kind !== 'file') {
        const message = `there is no picture ${JSON.stringify(fileName)}; add it or remove the row`
        reportFault(context, { file: table, line, message })
        continue
      }
      const picture = await readListedPicture(picturePath, context)
      if (picture === undefined) continue
      yield { id: fileName, group, picture, flippable, ...facts }
    }
  },
})
