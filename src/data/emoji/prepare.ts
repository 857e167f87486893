/**
 * Draws all emoji once into a folder of prepared pictures, which training then reads. The folder
 * is made anew when a package, the size, the fit or the choice of styles changes.
 */

import { readJson } from '../../storage/json.js'
import { type CacheOptions, cachePictures, type PictureCache } from '../cache.js'
import type { Picture } from '../media/media.js'
import type { SourceContext } from '../source.js'
import {
  allEmojiStyles,
  type EmojiStyle,
  emojiSource,
  packagesOfStyles,
  requirePackage,
} from '../sources/emoji.js'

export interface PrepareEmojiOptions
  extends SourceContext,
    Pick<CacheOptions, 'media' | 'folder' | 'fit' | 'onProgress' | 'signal'> {
  /** Pixels along each side. */
  readonly size?: number
  readonly styles?: readonly EmojiStyle[]
}

/** Raised when the same packages give other pictures or captions than before. */
const preparationVersion = 1

/** The prepared emoji. Throws DataError that says how to install a missing package. */
export const prepareEmoji = async ({
  size = 64,
  styles = allEmojiStyles,
  fit = 'contain',
  ...options
}: PrepareEmojiOptions): Promise<PictureCache> => {
  const versions = await Promise.all(
    packagesOfStyles(styles).map((name) => packageVersion(options, name)),
  )
  return cachePictures({
    ...options,
    size,
    fit,
    key: ['emoji', preparationVersion, fit, ...versions].join(' '),
    examples: () => emojiSource.examples({ styles: [...styles] }, options),
    shouldKeep: (picture) => isVisibleOnWhite(picture),
  })
}

/** Whether at least a hundredth of the pixels stands out from white; a white square may not. */
const isVisibleOnWhite = ({ data }: Picture): boolean => {
  let visible = 0
  for (let offset = 0; offset < data.length; offset += 3) {
    const darkest = Math.min(data[offset]!, data[offset + 1]!, data[offset + 2]!)
    if (darkest < palestVisible) visible++
  }
  return visible * 3 >= data.length / 100
}

/** Twemoji draws white things in 230, 231, 232. */
const palestVisible = 224

/** An installed package's name and version: "emojibase-data@17.0.0". Throws DataError. */
export const packageVersion = async (
  context: Pick<SourceContext, 'files' | 'packageFolder'>,
  name: string,
): Promise<string> => {
  const folder = await requirePackage(context, name)
  // npm installs no package without a version.
  const description = (await readJson(context.files, `${folder}/package.json`)) as {
    version?: string
  }
  return `${name}@${description.version}`
}
