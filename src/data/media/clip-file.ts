/**
 * Clips as files: an animated GIF or WebP, or a PNG strip of the frames side by side, with texts that
 * tell what a clip was made from. The same clip and texts give the same bytes.
 */

import { DataError } from '../../errors.js'
import { addGifText, readGifText } from './gif-text.js'
import { type Clip, framesOf, type Media, type Picture, paste } from './media.js'
import { addPngText, readPngText } from './png-text.js'
import { addWebpText, readWebpText } from './webp-text.js'

export const clipFormats = ['gif', 'webp', 'png'] as const

export type ClipFormat = (typeof clipFormats)[number]

export interface ClipFileOptions {
  readonly media: Media
  readonly format: ClipFormat
  readonly framesPerSecond?: number
  /** By key; keys are words of letters, digits and hyphens, texts have no control characters. */
  readonly texts?: Readonly<Record<string, string>>
}

/** The format that a file's name asks for. Throws DataError where it names none of them. */
export const clipFormatOf = (path: string): ClipFormat => {
  const ending = /\.([a-z]+)$/i.exec(path)?.[1]?.toLowerCase()
  const format = clipFormats.find((known) => known === ending)
  if (format !== undefined) return format
  throw new DataError(
    `${path}: expected a name that ends in .${clipFormats.join(', .')}; clips are written in these formats`,
  )
}

/** The frames side by side. */
export const stripOf = (clip: Picture): Picture => {
  const frames = framesOf(clip)
  const [{ width, height } = { width: 0, height: 0 }] = frames
  const data = new Uint8Array(clip.data.length)
  const strip: Picture = { width: width * frames.length, height, channels: 3, data }
  for (const [place, frame] of frames.entries()) paste(strip, frame, place * width, 0)
  return strip
}

/** Eight frames a second: a step of a sprite takes a second. */
export const usualFramesPerSecond = 8

export const encodeClipFile = async (
  clip: Clip,
  { media, format, framesPerSecond = usualFramesPerSecond, texts = {} }: ClipFileOptions,
): Promise<Uint8Array<ArrayBuffer>> => {
  if (format === 'png') return addPngText(await media.encodePng(stripOf(clip)), texts)
  const bytes = await media.encodeClip(clip, { format, framesPerSecond })
  return format === 'gif' ? addGifText(bytes, texts) : addWebpText(bytes, texts)
}

/** The texts of a file in one of the formats. Throws DataError, calling it `name`, for others. */
export const readClipText = (bytes: Uint8Array, name: string): Record<string, string> => {
  if (bytes[0] === 0x47) return readGifText(bytes, name)
  return bytes[0] === 0x52 ? readWebpText(bytes, name) : readPngText(bytes, name)
}
