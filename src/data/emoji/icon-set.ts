/**
 * One artist's set of emoji pictures: reads an npm package of icons in Iconify's JSON format and
 * finds the SVG document of an emoji. Drawing is left to `Media`.
 * Format: https://iconify.design/docs/types/iconify-json.html
 */

import { DataError } from '../../errors.js'
import { type Files, joinPath } from '../../storage/files.js'
import { readJson } from '../../storage/json.js'
import type { EmojiNames } from './names.js'

export interface IconSet {
  /** SPDX name of its licence. */
  readonly license: string
  /** The SVG document of an emoji; undefined where the set does not have it. */
  svgOf(emoji: EmojiNames): string | undefined
}

interface Box {
  readonly left?: number
  readonly top?: number
  readonly width?: number
  readonly height?: number
}

interface IconsFile extends Box {
  readonly icons: Readonly<Record<string, Box & { readonly body: string }>>
  readonly aliases?: Readonly<Record<string, Box & { readonly parent: string; hFlip?: boolean }>>
}

/** Iconify's own size where a file states none. */
const defaultSide = 16
/** Aliases may lead to aliases; a longer chain is a circle. */
const longestChain = 8

/** The set of icons in a package's folder, matched with the emoji that are asked for. */
export const readIconSet = async (
  files: Files,
  folder: string,
  emoji: readonly EmojiNames[],
): Promise<IconSet> => {
  const path = joinPath(folder, 'icons.json')
  // The files of an npm package are as its format says.
  const file = (await readJson(files, path)) as IconsFile
  const info = (await readJson(files, joinPath(folder, 'info.json'))) as {
    license?: { spdx?: string }
  }
  if (typeof file?.icons !== 'object' || info?.license?.spdx === undefined) {
    throw new DataError(`${path}: expected icons and a licence in Iconify's format`)
  }
  const names = matchNames(file, emoji, await readCharacters(files, folder))
  return {
    license: info.license.spdx,
    svgOf: ({ hexcode }) => {
      const name = names.get(hexcode)
      const icon = name === undefined ? undefined : findIcon(file, name)
      return icon && drawIcon(icon)
    },
  }
}

/** The package's own table from hexcodes to icon names; some packages have none or an empty one. */
const readCharacters = async (files: Files, folder: string): Promise<Map<string, string>> => {
  const path = joinPath(folder, 'chars.json')
  if ((await files.stat(path)) === undefined) return new Map()
  // The files of an npm package are as its format says.
  return new Map(Object.entries((await readJson(files, path)) as Record<string, string>))
}

/**
 * Icon names by hexcode: the package's own, and for emoji that it does not name an icon called like
 * the CLDR name, else an alias, else the Unicode name. A picture goes to the first that claims it,
 * so that "UP! button" does not get that of "upwards button" through its alias "up-button".
 */
const matchNames = (
  file: IconsFile,
  emoji: readonly EmojiNames[],
  characters: ReadonlyMap<string, string>,
): Map<string, string> => {
  const names = new Map(characters)
  const pictureOf = (name: string): string | undefined => {
    const icon = findIcon(file, name)
    return icon && `${icon.name}${icon.isFlipped ? ' mirrored' : ''}`
  }
  const taken = new Set([...names.values()].map(pictureOf))
  const claim = (hexcode: string, name: string) => {
    const picture = pictureOf(name)
    if (picture === undefined || names.has(hexcode) || taken.has(picture)) return
    names.set(hexcode, name)
    taken.add(picture)
  }
  const labels = emoji.map((one) => [one.hexcode, slugOf(one.labels.en)] as const)
  for (const [hexcode, slug] of labels) if (own(file.icons, slug)) claim(hexcode, slug)
  for (const [hexcode, slug] of labels) claim(hexcode, slug)
  for (const { hexcode, unicodeName } of emoji) claim(hexcode, slugOf(unicodeName ?? ''))
  return names
}

/** "twelve o’clock" → "twelve-oclock". */
const slugOf = (name: string): string =>
  name
    .normalize('NFD')
    .replace(/[\p{M}’'“”.()!,:*#]/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')

interface FoundIcon {
  readonly name: string
  readonly body: string
  /** The boxes of the aliases on the way, of the icon and of the file. */
  readonly boxes: readonly Box[]
  readonly isFlipped: boolean
}

const findIcon = (file: IconsFile, name: string): FoundIcon | undefined => {
  const boxes: Box[] = []
  let isFlipped = false
  for (let link = 0; link < longestChain; link++) {
    const icon = own(file.icons, name)
    if (icon !== undefined) {
      return { name, body: icon.body, boxes: [...boxes, icon, file], isFlipped }
    }
    const alias = own(file.aliases ?? {}, name)
    if (alias === undefined) return undefined
    if (alias.hFlip) isFlipped = !isFlipped
    boxes.push(alias)
    name = alias.parent
  }
  return undefined
}

const own = <T>(record: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined

/** The first box that states a side decides it: the alias before its icon before the file. */
const drawIcon = ({ body, boxes, isFlipped }: FoundIcon): string => {
  const side = (key: keyof Box, otherwise: number) =>
    boxes.find((box) => box[key] !== undefined)?.[key] ?? otherwise
  const [left, top] = [side('left', 0), side('top', 0)]
  const [width, height] = [side('width', defaultSide), side('height', defaultSide)]
  const content = isFlipped
    ? `<g transform="translate(${2 * left + width} 0) scale(-1 1)">${body}</g>`
    : body
  return `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${width}" height="${height}" viewBox="${left} ${top} ${width} ${height}">${content}</svg>`
}
