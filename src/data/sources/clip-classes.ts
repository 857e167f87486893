/**
 * A folder for each class of clips, as `class-folders` has it for pictures: files and folders of
 * numbered frames, whose class is what the folder is called.
 */

import { z } from 'zod'
import { DataError } from '../../errors.js'
import { baseName, isHidden } from '../../storage/files.js'
import { languageOf } from '../example.js'
import { readFrameFiles } from '../media/frame-files.js'
import { defineSource, reportFault } from '../source.js'
import { describeMissing, strideSchema } from './clip-folder.js'
import { flippableSchema } from './flippable.js'

export const clipClassesSource = defineSource({
  kind: 'clip-classes',
  summary: 'a folder of clips for each class; folder names become captions',
  hasClips: true,
  options: z.strictObject({
    path: z.string().min(1).describe('the folder that holds the class folders'),
    flippable: flippableSchema,
    stride: strideSchema,
  }),
  async *examples({ path, flippable, stride }, context) {
    const { files } = context
    const classes = (await files.list(path)).filter(
      (entry) => entry.kind === 'folder' && !isHidden(entry.path),
    )
    if (classes.length === 0) {
      throw new DataError(`${path}: expected a folder for each class, found none; make them`)
    }
    for (const { path: classPath } of classes) {
      const className = baseName(classPath)
      const text = className.replace(/[_-]+/g, ' ').trim()
      for (const { path: clipPath } of await files.list(classPath)) {
        const name = baseName(clipPath)
        if (isHidden(clipPath)) continue
        const found = await readFrameFiles(clipPath, files)
        if ('fault' in found) {
          reportFault(context, { file: classPath, message: describeMissing(name, found) })
          continue
        }
        const id = `${className}/${name}`
        const picture = { name: clipPath, files: found, ...(stride !== undefined && { stride }) }
        yield {
          id,
          group: id,
          picture,
          captions: [{ language: languageOf(text), text }],
          flippable,
        }
      }
    }
  },
})
