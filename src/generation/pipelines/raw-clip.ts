/** Clips as pipelines take and give them, beside pictures as users of transformers.js know them. */

import {
  type ClipFormat,
  clipFormatOf,
  encodeClipFile,
  usualFramesPerSecond,
} from '../../data/media/clip-file.js'
import { readFrameFiles, sizeLimits } from '../../data/media/frame-files.js'
import {
  type Clip,
  framesOf,
  joinFrames,
  type Media,
  maximumFrames,
} from '../../data/media/media.js'
import { DataError } from '../../errors.js'
import type { Files } from '../../storage/files.js'
import { oneFrame } from '../text-image/require-clips.js'
import { type DrawingOrigin, originKey } from './drawing-origin.js'
import { readImageInput } from './raw-image.js'

/** RGB pixels, frame by frame and row by row, that can save themselves. */
export interface RawClip {
  readonly data: Uint8Array
  /** Of a frame. */
  readonly width: number
  readonly height: number
  readonly channels: 3
  readonly frames: number
  /** The file; how the clip was made is in its metadata. A PNG file is a strip of the frames. */
  toFile(format: ClipFormat): Promise<Uint8Array>
  /** Writes a file in the format of its name, which ends in .gif, .webp or .png. */
  save(path: string): Promise<void>
}

/** The path of a file or of a folder of frames, the bytes of a file, or pixels. */
export type ClipInput = string | Uint8Array | Pick<RawClip, 'data' | 'width' | 'height' | 'frames'>

export interface RawClipOptions {
  readonly files: Files
  readonly media: Media
  /** Eight when left out: a step of a sprite takes a second. */
  readonly framesPerSecond?: number | undefined
  readonly origin?: DrawingOrigin
}

export const createRawClip = (
  pixels: Uint8Array,
  { size, frames }: { readonly size: number; readonly frames: number },
  { files, media, framesPerSecond = usualFramesPerSecond, origin }: RawClipOptions,
): RawClip => {
  const clip: Clip = { width: size, height: size * frames, channels: 3, data: pixels, frames }
  const toFile = (format: ClipFormat) =>
    encodeClipFile(clip, {
      media,
      format,
      framesPerSecond,
      ...(origin !== undefined && {
        texts: { [originKey]: JSON.stringify({ ...origin, framesPerSecond }) },
      }),
    })
  return {
    ...{ data: pixels, width: size, height: size, channels: 3, frames },
    toFile,
    save: async (path) => files.write(path, await toFile(clipFormatOf(path))),
  }
}

/** All frames of a clip as squares; a picture has one. Throws DataError. */
export const readWholeClip = async (
  input: ClipInput,
  size: number,
  { files, media }: { readonly files: Files; readonly media: Media },
): Promise<Clip> => {
  const options = { size, takesPictures: true }
  if (typeof input === 'string') {
    const found = await readFrameFiles(input, files)
    if ('fault' in found) {
      const finding = {
        missing: 'there is no such file or folder',
        empty: 'the folder holds no frames',
        large: `it is too large (${sizeLimits})`,
        long: `the folder holds ${found.frames} frames, more than the limit of ${maximumFrames}`,
      }[found.fault]
      throw new DataError(`${input}: ${finding}; name a clip, or a folder of its frames`)
    }
    return media.decodeClip({ name: input, files: found }, options)
  }
  if (input instanceof Uint8Array) {
    const name = 'the clip'
    return media.decodeClip({ name, files: [{ name, bytes: input }] }, options)
  }
  const { data, width, height, frames } = input
  if (!Number.isInteger(frames) || frames < 1 || data.length !== width * height * frames * 3) {
    throw new DataError(
      `the clip: expected ${width * height * frames * 3} RGB bytes for ${frames} frames of ${width} × ${height} pixels, got ${data.length}`,
    )
  }
  const all = framesOf({ width, height: height * frames, channels: 3, data, frames })
  const squares: Clip[] = []
  for (const frame of all) {
    const square = await readImageInput(frame, size, { files, media })
    squares.push({ width: size, height: size, channels: 3, data: square, frames: 1 })
  }
  return joinFrames(squares)
}

/** All frames of a clip as squares. Throws DataError for a picture. */
export const readMovingClip = async (
  input: ClipInput,
  size: number,
  platform: { readonly files: Files; readonly media: Media },
): Promise<Clip> => {
  const clip = await readWholeClip(input, size, platform)
  if (clip.frames > 1) return clip
  throw oneFrame(typeof input === 'string' ? input : 'the clip')
}
