/** A folder for each class, named after it, with pictures inside: `animals/red_panda/001.jpg`. */

import { z } from 'zod'
import { DataError } from '../../errors.js'
import { baseName, isHidden } from '../../storage/files.js'
import { languageOf } from '../example.js'
import { hasPictureName } from '../media/media.js'
import { defineSource, reportFault } from '../source.js'
import { flippableSchema } from './flippable.js'
import { readListedPicture } from './listed-picture.js'

export const classFoldersSource = defineSource({
  kind: 'class-folders',
  summary: 'a folder of pictures for each class; folder names become captions',
  options: z.strictObject({
    path: z.string().min(1).describe('the folder that holds the class folders'),
    flippable: flippableSchema,
  }),
  async *examples({ path, flippable }, context) {
    const classes = (await context.files.list(path)).filter(
      (entry) => entry.kind === 'folder' && !isHidden(entry.path),
    )
    if (classes.length === 0) {
      throw new DataError(`${path}: expected a folder for each class, found none; make them`)
    }
    for (const { path: classPath } of classes) {
      const className = baseName(classPath)
      const text = className.replace(/[_-]+/g, ' ').trim()
      const pictures = (await context.files.list(classPath)).filter(
        ({ kind, path: file }) => kind === 'file' && !isHidden(file),
      )
      for (const { path: picturePath } of pictures) {
        if (!hasPictureName(picturePath)) {
          reportFault(context, {
            file: picturePath,
            message: 'not named like a picture (.png, .jpg, .webp, .gif, .svg); remove it',
          })
          continue
        }
        const picture = await readListedPicture(picturePath, context)
        if (picture === undefined) continue
        const id = `${className}/${baseName(picturePath)}`
        yield {
          id,
          group: id,
          picture,
          captions: [{ language: languageOf(text), text, role: 'name' }],
          flippable,
        }
      }
    }
  },
})
