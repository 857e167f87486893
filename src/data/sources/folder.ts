/**
 * A folder of pictures with a table beside them: `metadata.jsonl` or `metadata.csv` with the
 * columns `file_name` and `text`, and optionally `language`, `group`, `style`, `license` and
 * `flippable`.
 */

import { z } from 'zod'
import { DataError } from '../../errors.js'
import { joinPath } from '../../storage/files.js'
import { defineSource, reportFault, type SourceContext } from '../source.js'
import { flippableSchema } from './flippable.js'
import { readMetadata } from './metadata.js'

const tableNames = ['metadata.jsonl', 'metadata.csv']

export const folderSource = defineSource({
  kind: 'folder',
  summary: 'a folder of pictures with metadata.jsonl or metadata.csv',
  options: z.strictObject({
    path: z.string().min(1).describe('the folder that holds the pictures and the table'),
    flippable: flippableSchema,
  }),
  async *examples({ path, flippable }, context) {
    const table = await findTable(path, context)
    const rows = readMetadata(table, await context.files.readText(table), context)
    for (const { fileName, line, group = fileName, ...facts } of rows) {
      const picturePath = joinPath(path, fileName)
      const entry = await context.files.stat(picturePath)
      if (entry?.kind !== 'file') {
        const message = `there is no picture ${JSON.stringify(fileName)}; add it or remove the row`
        reportFault(context, { file: table, line, message })
        continue
      }
      const picture = { name: picturePath, bytes: await context.files.read(picturePath) }
      yield { id: fileName, group, picture, flippable, ...facts }
    }
  },
})

const findTable = async (path: string, { files }: SourceContext): Promise<string> => {
  for (const name of tableNames) {
    const table = joinPath(path, name)
    if ((await files.stat(table)) !== undefined) return table
  }
  throw new DataError(
    `${path}: there is no ${tableNames.join(' or ')} in this folder; write one with a row {"file_name": ..., "text": ...} for each picture`,
  )
}
