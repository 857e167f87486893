/**
 * Pictures as the data layer sees them, and the interface through which a platform decodes and
 * encodes them. Formats, fonts and threads belong to the platform.
 */

import { DataError } from '../../errors.js'
import type { EncodedClip, EncodedPicture } from '../example.js'
import type { Composer } from '../sprites/compose.js'

/** Eight-bit RGB pixels, row by row: `data.length` is width x height x 3. */
export interface Picture {
  readonly width: number
  readonly height: number
  readonly channels: 3
  readonly data: Uint8Array
  /** Frames of a clip, one below another in one tall picture; 1 when left out. */
  readonly frames?: number
}

/** A picture whose `height` is that of all its frames together, as libvips holds animations. */
export interface Clip extends Picture {
  readonly frames: number
  /** How fast its file shows it, where it says so. */
  readonly framesPerSecond?: number
}

/** Eight-bit RGBA pixels, row by row, whose transparency is kept. */
export interface Layer {
  readonly width: number
  readonly height: number
  readonly channels: 4
  readonly data: Uint8Array
}

/** Red, green and blue, 0 to 255 each. */
export type Color = readonly [red: number, green: number, blue: number]

export const white: Color = [255, 255, 255]

/** Frames of a clip at most; longer ones are cut into several. */
export const maximumFrames = 4096

/** Bytes of a picture's file and of a film's at most; larger ones are not even read. */
export const maximumPictureBytes = 2 ** 26
export const maximumFilmBytes = 2 ** 30

/** The kinds of files that `Media.decode` reads. */
export const pictureFormats = ['png', 'jpeg', 'webp', 'gif', 'svg'] as const

/** File names that look like a picture that `Media.decode` reads. */
export const hasPictureName = (path: string): boolean => /\.(png|jpe?g|webp|gif|svg)$/i.test(path)

/** File names that look like a film, which takes another program to decode. */
export const hasFilmName = (path: string): boolean =>
  /\.(3gp|avi|flv|m2ts|m4v|mkv|mov|mp4|mpe?g|ogv|ts|webm|wmv|y4m)$/i.test(path)

/** Throws DataError for a file, of what it is called, with more bytes than the limit. */
export const checkFileSize = (name: string, bytes: number, limit: number): void => {
  if (bytes <= limit) return
  const inMebibytes = (count: number): string => (count / 2 ** 20).toFixed(1)
  throw new DataError(
    `${name}: the file has ${inMebibytes(bytes)} MiB, more than the limit of ${inMebibytes(limit)} MiB; save it smaller`,
  )
}

export interface DecodeOptions {
  /** What errors call the picture: a path, or an entry of an archive. */
  readonly name: string
  /** Pixels along each side of the square that comes out. */
  readonly size: number
  /** `contain` shows all of the picture, `cover` fills the square and cuts what sticks out. */
  readonly fit?: 'contain' | 'cover' | undefined
  /** Shows beside a contained picture and through a transparent one; white by default. */
  readonly background?: Color | undefined
}

export interface DecodeClipOptions extends Omit<DecodeOptions, 'name'> {
  /** Whether a picture is a clip of one frame, and not refused. */
  readonly takesPictures?: boolean | undefined
}

export interface RasterizeOptions {
  readonly width: number
  readonly height: number
  readonly background?: Color
}

export interface AnimationOptions {
  readonly format: 'gif' | 'webp'
  readonly framesPerSecond: number
}

export interface Media {
  /**
   * A picture's first frame as a square. Throws DataError, with the name and what to do, for bytes
   * that are no picture or a damaged one, and before decoding for one beyond the platform's limits.
   */
  decode(bytes: Uint8Array, options: DecodeOptions): Promise<Picture>
  /**
   * All frames of a clip as squares: of a GIF or animated WebP, of a strip, of a file for each, or
   * of whatever else the platform reads. Throws DataError as `decode` does, and for clips of one
   * frame, of more than `maximumFrames` or of frames that differ in size.
   */
  decodeClip(clip: EncodedClip, options: DecodeClipOptions): Promise<Clip>
  /**
   * Decodes sheets of sprites, by the names that compositions call them, and draws from them until
   * the media are closed. Throws DataError for a damaged sheet.
   */
  openSheets(sheets: ReadonlyMap<string, EncodedPicture>): Promise<Composer>
  /** Draws an SVG document at exactly the given size; text needs fonts on the machine. */
  rasterize(svg: string, options: RasterizeOptions): Promise<Picture>
  /** A lossless PNG file without metadata; `addPngText` adds some. */
  encodePng(picture: Picture): Promise<Uint8Array<ArrayBuffer>>
  /** An animation without end and without metadata; GIF has at most 256 colours for all frames. */
  encodeClip(clip: Clip, options: AnimationOptions): Promise<Uint8Array<ArrayBuffer>>
  /** Ends worker threads, if there are any. */
  close(): Promise<void>
}

/** Copies `picture` into `target` with its upper left corner at (left, top); it has to fit. */
export const paste = (target: Picture, picture: Picture, left: number, top: number): void => {
  const rowBytes = picture.width * 3
  for (let row = 0; row < picture.height; row++) {
    target.data.set(
      picture.data.subarray(row * rowBytes, (row + 1) * rowBytes),
      ((top + row) * target.width + left) * 3,
    )
  }
}

/** The frames of a clip, or a picture as its own only frame; they share its pixels. */
export const framesOf = ({ width, height, data, frames = 1 }: Picture): Picture[] => {
  const bytes = data.length / frames
  return Array.from({ length: frames }, (_, frame) => ({
    width,
    height: height / frames,
    channels: 3,
    data: data.subarray(frame * bytes, (frame + 1) * bytes),
  }))
}

/** The clip of at least one frame; all have the size of the first. */
export const joinFrames = (frames: readonly Picture[]): Clip => {
  const [{ width, height } = { width: 0, height: 0 }] = frames
  const data = new Uint8Array(width * height * 3 * frames.length)
  for (const [place, frame] of frames.entries()) data.set(frame.data, place * width * height * 3)
  return { width, height: height * frames.length, channels: 3, data, frames: frames.length }
}
