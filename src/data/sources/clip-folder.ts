/**
 * A folder of clips with a table beside them, as `folder` has it for pictures: GIF and animated WebP
 * files, strips of frames, folders of numbered frames, and films in other containers where the
 * platform reads them. The column `frames` says how many frames a strip holds.
 */

import { z } from 'zod'
import { baseName, joinPath } from '../../storage/files.js'
import { type MissingFrames, readFrameFiles, sizeLimits } from '../media/frame-files.js'
import { maximumFrames } from '../media/media.js'
import { defineSource, reportFault } from '../source.js'
import { flippableSchema } from './flippable.js'
import { findMetadata, readMetadata } from './metadata.js'

export const strideSchema = z
  .int()
  .positive()
  .optional()
  .describe(
    'frames from one that is taken to the next, so that a long clip gives several examples; by default one example spans the whole clip',
  )

export const clipFolderSource = defineSource({
  kind: 'clip-folder',
  summary: 'a folder of clips (GIF, WebP, strips, frames, films) with metadata.jsonl or .csv',
  hasClips: true,
  options: z.strictObject({
    path: z.string().min(1).describe('the folder that holds the clips and the table'),
    flippable: flippableSchema,
    stride: strideSchema,
    table: z
      .string()
      .min(1)
      .optional()
      .describe('the table’s name, ending in .jsonl, .csv or .tsv; by default metadata'),
    columns: z
      .record(z.string(), z.string())
      .optional()
      .describe('columns by the fields that are read from them, such as text: action'),
  }),
  async *examples({ path, flippable, stride, table: named, columns }, context) {
    const { files } = context
    const table = await findMetadata(path, context, named)
    const rows = readMetadata(table, context, { columns })
    for await (const { fileName, line, group = fileName, frames, ...facts } of rows) {
      const found = await readFrameFiles(joinPath(path, fileName), files)
      if ('fault' in found) {
        reportFault(context, {
          file: table,
          line,
          message: `${describeMissing(fileName, found)} or remove the row`,
        })
        continue
      }
      const picture = {
        name: joinPath(path, fileName),
        files: found,
        ...(frames !== undefined && { stripFrames: frames }),
        ...(stride !== undefined && { stride }),
      }
      yield { id: fileName, group, picture, flippable, ...facts }
    }
  },
})

/** What is wrong with a clip that is not there as it should be, and how to mend it. */
export const describeMissing = (path: string, { fault, frames }: MissingFrames): string => {
  const shown = JSON.stringify(baseName(path))
  if (fault === 'missing') return `there is no clip ${shown}; add it`
  if (fault === 'empty') return `the folder ${shown} holds no frames; add them`
  if (fault === 'large') return `${shown} is too large (${sizeLimits}); save it smaller`
  return `the folder ${shown} holds ${frames} frames, more than the limit of ${maximumFrames}; cut the clip into shorter ones`
}
