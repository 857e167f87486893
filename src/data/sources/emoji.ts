/**
 * Emoji drawn by several artists, named in English and Chinese: reads npm packages that the user
 * installs. One example for each emoji and style; country flags and skin tones are left out.
 */

import { z } from 'zod'
import { DataError } from '../../errors.js'
import { readIconSet } from '../emoji/icon-set.js'
import { namesPackage, readEmojiNames } from '../emoji/names.js'
import { captionsOfEmoji, isFlippable } from '../emoji/phrases.js'
import { defineSource, type SourceContext } from '../source.js'

/** The styles by id, with the name that captions use and the npm package of the pictures. */
export const emojiStyles = {
  noto: { name: 'Noto', package: '@iconify-json/noto' },
  twemoji: { name: 'Twemoji', package: '@iconify-json/twemoji' },
  openmoji: { name: 'OpenMoji', package: '@iconify-json/openmoji' },
  fluent: { name: 'Fluent', package: '@iconify-json/fluent-emoji-flat' },
  emojione: { name: 'EmojiOne', package: '@iconify-json/emojione' },
} as const

export type EmojiStyle = keyof typeof emojiStyles

// The table has some keys, and no others.
export const allEmojiStyles = Object.keys(emojiStyles) as [EmojiStyle, ...EmojiStyle[]]

export const emojiSource = defineSource({
  kind: 'emoji',
  summary: 'emoji pictures in up to five styles, with English and Chinese names',
  options: z.strictObject({
    styles: z
      .array(z.enum(allEmojiStyles))
      .min(1)
      .default(allEmojiStyles)
      .describe('which artists’ sets'),
  }),
  async *examples({ styles }, context) {
    const emoji = await readEmojiNames(context.files, await requirePackage(context, namesPackage))
    for (const style of styles) {
      const { name, package: packageName } = emojiStyles[style]
      const folder = await requirePackage(context, packageName)
      const icons = await readIconSet(context.files, folder, emoji)
      for (const one of emoji) {
        const svg = icons.svgOf(one)
        if (svg === undefined) continue
        const id = `${style}/${one.hexcode}`
        yield {
          id,
          picture: {
            name: `${packageName} ${one.labels.en}`,
            bytes: new TextEncoder().encode(svg),
          },
          captions: captionsOfEmoji(one),
          group: one.hexcode,
          style: name,
          license: icons.license,
          flippable: isFlippable(one),
        }
      }
    }
  },
})

/** The packages that the styles need, the names first. */
export const packagesOfStyles = (styles: readonly EmojiStyle[]): string[] => [
  namesPackage,
  ...styles.map((style) => emojiStyles[style].package),
]

/** An installed package's folder. Throws DataError that says how to install it. */
export const requirePackage = async (
  { packageFolder }: Pick<SourceContext, 'packageFolder'>,
  name: string,
): Promise<string> => {
  const folder = await packageFolder(name)
  if (folder !== undefined) return folder
  throw new DataError(
    `emoji: the npm package ${name} is not installed; install it with: npm install --save-dev ${name}`,
  )
}
