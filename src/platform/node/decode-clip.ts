/**
 * Decodes all frames of animations, strips and pictures as squares with sharp, in the thread that calls.
 * Limits are checked on headers before any pixel is decoded.
 */

import sharp, { type Sharp } from 'sharp'
import type { EncodedClip, EncodedPicture } from '../../data/example.js'
import { canvasOfGif } from '../../data/media/gif-text.js'
import {
  type Clip,
  type DecodeClipOptions,
  framesOf,
  joinFrames,
  maximumFrames,
  type Picture,
  white,
} from '../../data/media/media.js'
import { checkWebp } from '../../data/media/webp-text.js'
import { DataError } from '../../errors.js'
import {
  checkPixels,
  colorOf,
  type DecodeLimits,
  damaged,
  decodePicture,
  readHeader,
  secondsAtMost,
} from './decode.js'

/** Throws DataError for a clip that cannot be decoded, and for a picture where none are taken. */
export const decodeClip = async (
  { name, files, stripFrames }: EncodedClip,
  options: DecodeClipOptions,
  limits: DecodeLimits,
): Promise<Clip> => {
  const [file, ...others] = files
  const clip =
    file === undefined || others.length > 0
      ? await decodeFrames(files, options, limits)
      : await decodeFile(file, stripFrames, options, limits)
  return requireMotion(name, clip, options)
}

/** The clip itself. Throws DataError where it has one frame and pictures are not taken. */
export const requireMotion = (
  name: string,
  clip: Clip,
  { takesPictures }: Pick<DecodeClipOptions, 'takesPictures'>,
): Clip => {
  if (clip.frames > 1 || takesPictures) return clip
  throw new DataError(
    `${name}: the clip has one frame; give it two or more, or take pictures from the source folder`,
  )
}

/** A picture for each frame; all of one size. */
const decodeFrames = async (
  files: readonly EncodedPicture[],
  options: DecodeClipOptions,
  limits: DecodeLimits,
): Promise<Clip> => {
  const frames: Picture[] = []
  let first: { width: number; height: number } | undefined
  for (const { name, bytes } of files) {
    const { width, height } = await readHeader(bytes, name, limits)
    first ??= { width, height }
    if (width !== first.width || height !== first.height) {
      throw new DataError(
        `${name}: the frames differ in size: this one has ${width} x ${height} pixels, the first ${first.width} x ${first.height}; make them equal`,
      )
    }
    frames.push(await decodePicture(bytes, { ...options, name }, limits))
  }
  return joinFrames(frames)
}

/** An animation, or a strip of frames. */
const decodeFile = async (
  { name, bytes }: EncodedPicture,
  stripFrames: number | undefined,
  options: DecodeClipOptions,
  limits: DecodeLimits,
): Promise<Clip> => {
  const { size, fit = 'contain', background = white, takesPictures = false } = options
  const header = await readHeader(bytes, name, limits)
  const { width, height, pages } = header
  checkWhole(bytes, name, header.format, limits)
  checkCount(name, pages)
  checkPixels(name, { width, height: height * pages }, limits)
  if (takesPictures && pages === 1 && stripFrames === undefined && !isStrip(header)) {
    return joinFrames([await decodePicture(bytes, { ...options, name }, limits)])
  }
  const pipeline = sharp(bytes, {
    animated: pages > 1,
    limitInputPixels: limits.maximumPixels,
    failOn: 'error',
  })
    .timeout({ seconds: secondsAtMost })
    .flatten({ background: colorOf(background) })
  const fitted = (frame: Sharp) =>
    frame
      .resize(size, size, { fit, background: colorOf(background) })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer()
  try {
    if (pages > 1) {
      const data = new Uint8Array(await fitted(pipeline))
      const shown: Clip = { width: size, height: size * pages, channels: 3, data, frames: pages }
      return spaceEvenly(shown, header.delay)
    }
    const strip = await pipeline.toColourspace('srgb').raw({ depth: 'uchar' }).toBuffer()
    const raw = { width, height, channels: 3 } as const
    const boxes = stripBoxes(name, header, stripFrames)
    const frames: Picture[] = []
    for (const box of boxes) {
      const data = await fitted(sharp(strip, { raw }).extract(box))
      frames.push({ width: size, height: size, channels: 3, data: new Uint8Array(data) })
    }
    return joinFrames(frames)
  } catch (cause) {
    throw cause instanceof DataError ? cause : damaged(name, cause)
  }
}

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0)

/** How long viewers show a frame that gives hardly any time, and how much that is, in milliseconds. */
const usualDelay = 100
const hardlyAny = 10

/**
 * The milliseconds between frames of even times. Files count in units of their own, so that frames which
 * last equally long differ by one of them: what is not nearly twice the shortest counts as equal.
 */
const evenDelay = (delays: readonly number[]): number => {
  const shortest = Math.min(...delays)
  const equal = delays.filter((delay) => delay < 1.75 * shortest)
  return sumOf(equal) / equal.length
}

/**
 * The frames as they are seen at even times, after the milliseconds of each: one that is shown for longer
 * than the others comes more than once, as where equal frames were written as one.
 */
const spaceEvenly = (clip: Clip, given: readonly number[]): Clip => {
  if (given.length !== clip.frames || sumOf(given) === 0) return clip
  const delays = given.map((delay) => (delay <= hardlyAny ? usualDelay : delay))
  const total = sumOf(delays)
  const timesBy = (unit: number) => delays.map((delay) => Math.max(1, Math.round(delay / unit)))
  let unit = Math.max(evenDelay(delays), total / maximumFrames)
  // Frames that are shown for less than a unit come once all the same.
  while (sumOf(timesBy(unit)) > maximumFrames) unit *= 1.01
  const times = timesBy(unit)
  const spaced = times.every((count) => count === 1)
    ? clip
    : joinFrames(
        framesOf(clip).flatMap((frame, place) =>
          Array.from({ length: times[place]! }, () => frame),
        ),
      )
  return { ...spaced, framesPerSecond: (1000 * spaced.frames) / total }
}

const checkCount = (name: string, frames: number): void => {
  if (frames <= maximumFrames) return
  throw new DataError(
    `${name}: the clip has ${frames} frames, more than the limit of ${maximumFrames}; cut it into shorter ones`,
  )
}

/** libvips shows what is there of an animation that is cut short, and shrinks too large a canvas. */
const checkWhole = (
  bytes: Uint8Array,
  name: string,
  format: string,
  limits: DecodeLimits,
): void => {
  if (format === 'gif') checkPixels(name, canvasOfGif(bytes, name), limits)
  if (format === 'webp') checkWebp(bytes, name)
}

/** Whether there is room for a whole number of square frames, and for more than one. */
const isStrip = ({ width, height }: { readonly width: number; readonly height: number }) =>
  width !== height && Math.max(width, height) % Math.min(width, height) === 0

/** Where the frames of a strip are: side by side, or below each other where it is higher than wide. */
const stripBoxes = (
  name: string,
  { width, height }: { readonly width: number; readonly height: number },
  wanted: number | undefined,
): { left: number; top: number; width: number; height: number }[] => {
  const [long, short] = [Math.max(width, height), Math.min(width, height)]
  const count = wanted ?? long / short
  if (!Number.isInteger(count)) {
    throw new DataError(
      `${name}: a strip of ${width} x ${height} pixels holds no whole number of square frames; say how many it holds in the column frames`,
    )
  }
  checkCount(name, count)
  if (long % count !== 0) {
    throw new DataError(
      `${name}: the frames differ in size: ${long} pixels of the strip are no multiple of ${count} frames; correct the column frames`,
    )
  }
  const step = long / count
  return Array.from({ length: count }, (_, frame) =>
    width >= height
      ? { left: frame * step, top: 0, width: step, height }
      : { left: 0, top: frame * step, width, height: step },
  )
}
