/**
 * An example: one picture with what may be said about it. Sources yield examples one at a time;
 * nothing here knows where they come from.
 */

import type { Color, DecodeOptions, Media, Picture } from './media/media.js'

export const languages = ['en', 'zh'] as const

export type Language = (typeof languages)[number]

/**
 * Words about a picture. A `sentence` is used as it stands; a `name` ("red apple") may be varied
 * with articles, style and keywords; a `keyword` ("fruit") only ever joins others.
 */
export interface Caption {
  readonly language: Language
  readonly text: string
  readonly role?: 'sentence' | 'name' | 'keyword'
  /** How often it is chosen among the captions of its language and role; 1 by default. */
  readonly weight?: number
  /** Words that may precede a name: "a", "the", "一个"; none by default. */
  readonly articles?: readonly string[]
  /**
   * Whether it leaves out some of what tells the example's group from others, so that it may be true
   * of held-out examples and of those in training alike.
   */
  readonly isPartial?: boolean
}

/** The bytes of a picture file, and what errors call it. */
export interface EncodedPicture {
  readonly name: string
  readonly bytes: Uint8Array
}

/** The files of a clip: one that holds all frames, or one for each frame in their order. */
export interface EncodedClip {
  /** What errors call it. */
  readonly name: string
  readonly files: readonly EncodedPicture[]
  /** How many frames a strip holds; as many squares as it has room for when left out. */
  readonly stripFrames?: number
  /** See `takeFrames`. */
  readonly stride?: number
}

/** All that is known of an example except its pixels. */
export interface ExampleFacts {
  /** Unique in its source, and the same in every run. */
  readonly id: string
  readonly captions: readonly Caption[]
  /** Examples of one group are never divided between training and held-out data. */
  readonly group: string
  /** The manner of drawing, as captions name it: "Noto". */
  readonly style?: string
  /** SPDX name of the picture's licence. */
  readonly license?: string
  /** Whether a mirror image still is what the captions say; false for text, arrows and clocks. */
  readonly flippable?: boolean
  /** What is to be seen, by the name of each attribute: `{ action: 'walk', hairColour: 'red' }`. */
  readonly attributes?: Readonly<Record<string, string>>
  /** The colour around what is shown, where the picture has one; white when left out. */
  readonly background?: Color
}

export interface Example extends ExampleFacts {
  readonly picture: EncodedPicture | EncodedClip | Picture
}

export const isEncodedClip = (picture: Example['picture']): picture is EncodedClip =>
  'files' in picture

/** What errors call the picture of an example. */
export const pictureName = ({ id, picture }: Example): string =>
  'name' in picture ? picture.name : id

/** Chinese where a text has a Chinese character, else English. */
export const languageOf = (text: string): Language => (/\p{Script=Han}/u.test(text) ? 'zh' : 'en')

/**
 * An example's picture as a square of `size` pixels, or the squares of all frames of a clip. Throws
 * DataError as `Media.decode` does.
 */
export const decodeExample = async (
  media: Media,
  { id, picture }: Example,
  options: Omit<DecodeOptions, 'name'>,
): Promise<Picture> => {
  if (isEncodedClip(picture)) return media.decodeClip(picture, options)
  if ('bytes' in picture) return media.decode(picture.bytes, { ...options, name: picture.name })
  const { width, height, frames = 1 } = picture
  if (width === options.size && height === options.size * frames) return picture
  return media.decode(await media.encodePng(picture), { ...options, name: id })
}
