/**
 * A folder of clips with a table beside them, as `folder` has it for pictures: GIF and animated WebP
 * files, strips of frames, folders of numbered frames, and films in other containers where the
 * platform reads them. The column `frames` says how many frames a strip holds.
 */

import { z } from 'zod'
import { baseName, joinPath } from '../../storage/files.js'
import type { EncodedPicture } from '../example.js'
import { hasPictureName, maximumFrames } from '../media.js'
import { defineSource, reportFault, type SourceContext } from '../source.js'
import { flippableSchema } from './flippable.js'
import { findMetadata, readMetadata } from './metadata.js'

export const clipFolderSource = defineSource({
  kind: 'clip-folder',
  summary: 'a folder of clips (GIF, WebP, strips, frames, films) with metadata.jsonl or .csv',
  hasClips: true,
  options: z.strictObject({
    path: z.string().min(1).describe('the folder that holds the clips and the table'),
    flippable: flippableSchema,
    stride: z
      .int()
      .positive()
      .optional()
      .describe(
        'frames from one that is taken to the next, so that a long clip gives several examples; by default one example spans the whole clip',
      ),
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
    const rows = readMetadata(table, await files.readText(table), context, { columns })
    for (const { fileName, line, group = fileName, frames, ...facts } of rows) {
      const found = await readClipFiles(joinPath(path, fileName), context)
      if (typeof found === 'string') {
        reportFault(context, { file: table, line, message: found })
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

/** Frames are numbered: 2.png comes before 10.png. */
const byNumber = new Intl.Collator('en', { numeric: true })

/** The files of a clip, or what is wrong with it. */
const readClipFiles = async (
  path: string,
  { files }: SourceContext,
): Promise<EncodedPicture[] | string> => {
  const shown = JSON.stringify(baseName(path))
  const entry = await files.stat(path)
  if (entry === undefined) return `there is no clip ${shown}; add it or remove the row`
  const read = async (name: string) => ({ name, bytes: await files.read(name) })
  if (entry.kind === 'file') return [await read(path)]
  const frames = (await files.list(path))
    .filter(({ kind, path: frame }) => kind === 'file' && hasPictureName(frame))
    .map(({ path: frame }) => frame)
    .sort(byNumber.compare)
  if (frames.length === 0) return `the folder ${shown} holds no frames; add them or remove the row`
  if (frames.length > maximumFrames) {
    return `the folder ${shown} holds ${frames.length} frames, more than the limit of ${maximumFrames}; cut the clip into shorter ones`
  }
  return Promise.all(frames.map(read))
}
