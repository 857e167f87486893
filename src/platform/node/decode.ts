/**
 * Decodes one picture with sharp (libvips, librsvg), in the thread that calls it. Limits are
 * checked on the file's size and header before any pixel is decoded.
 */

import sharp from 'sharp'
import {
  checkFileSize,
  type DecodeOptions,
  type Layer,
  maximumPictureBytes,
  type Picture,
  pictureFormats,
  white,
} from '../../data/media/media.js'
import { DataError } from '../../errors.js'

/** What a picture may cost at most. */
export interface DecodeLimits {
  readonly maximumBytes: number
  readonly maximumPixels: number
}

export const defaultLimits: DecodeLimits = {
  maximumBytes: maximumPictureBytes,
  maximumPixels: 2 ** 26,
}

/** SVG filters are drawn without smoothing, so such pictures are drawn this much larger first. */
const filterOversampling = 8
export const secondsAtMost = 30

export const decodePicture = async (
  bytes: Uint8Array,
  { name, size, fit = 'contain', background = white }: DecodeOptions,
  limits: DecodeLimits = defaultLimits,
): Promise<Picture> => {
  const { width, height, format } = await readHeader(bytes, name, limits)
  const scale = size / (fit === 'contain' ? Math.max(width, height) : Math.min(width, height))
  const density = format === 'svg' ? 72 * scale * oversampling(bytes, size) : 72
  try {
    const { data, info } = await sharp(bytes, {
      density: Math.min(Math.max(density, 1), 100_000),
      limitInputPixels: limits.maximumPixels,
      failOn: 'error',
    })
      .timeout({ seconds: secondsAtMost })
      .autoOrient()
      .flatten({ background: colorOf(background) })
      .resize(size, size, { fit, background: colorOf(background) })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true })
    if (info.channels !== 3) throw new Error(`expected 3 channels, got ${info.channels}`)
    // A copy, so that the pixels own their memory and can be handed to another thread.
    return { width: size, height: size, channels: 3, data: new Uint8Array(data) }
  } catch (cause) {
    throw damaged(name, cause)
  }
}

/** A picture at its own size with its transparency. */
export const decodeLayer = async (
  bytes: Uint8Array,
  name: string,
  limits: DecodeLimits = defaultLimits,
): Promise<Layer> => {
  const { width, height } = await readHeader(bytes, name, limits)
  try {
    const data = await sharp(bytes, {
      limitInputPixels: limits.maximumPixels,
      failOn: 'error',
    })
      .timeout({ seconds: secondsAtMost })
      .toColourspace('srgb')
      .ensureAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer()
    return { width, height, channels: 4, data: new Uint8Array(data) }
  } catch (cause) {
    throw damaged(name, cause)
  }
}

export const damaged = (name: string, cause: unknown): DataError =>
  new DataError(`${name}: the picture is damaged or cut short (${reasonOf(cause)}); replace it`, {
    cause,
  })

export const colorOf = ([r, g, b]: readonly [number, number, number]) => ({ r, g, b })

/** The first line of what libvips says. */
export const reasonOf = (cause: unknown): string =>
  (cause instanceof Error ? cause.message : String(cause)).split('\n')[0]!.trim()

/** Size, format and number of frames of a picture within the limits. */
export const readHeader = async (bytes: Uint8Array, name: string, limits: DecodeLimits) => {
  const { maximumBytes } = limits
  if (bytes.length === 0) throw new DataError(`${name}: the picture file is empty; replace it`)
  checkFileSize(name, bytes.length, maximumBytes)
  const header = await readFormat(bytes, name)
  checkPixels(name, header, limits)
  return header
}

/** Throws DataError for more pixels than the limit. */
export const checkPixels = (
  name: string,
  { width, height }: { readonly width: number; readonly height: number },
  { maximumPixels }: DecodeLimits,
): void => {
  if (width * height <= maximumPixels) return
  throw new DataError(
    `${name}: the picture has ${width} x ${height} pixels, more than the limit of ${maximumPixels} in all; save it smaller`,
  )
}

const readFormat = async (bytes: Uint8Array, name: string) => {
  try {
    // Decoding has the limit; here the true size is wanted for the message.
    const header = await sharp(bytes, { limitInputPixels: false }).metadata()
    const { width, height, format, pages = 1, delay = [] } = header
    if (pictureFormats.some((known) => known === format)) {
      return { width, height, format, pages, delay }
    }
    throw new Error(`its format is ${format}`)
  } catch (cause) {
    throw new DataError(
      `${name}: not a picture in one of the formats ${pictureFormats.join(', ')} (${reasonOf(cause)}); convert or remove it`,
      { cause },
    )
  }
}

const oversampling = (bytes: Uint8Array, size: number): number => {
  const hasFilter = new TextDecoder().decode(bytes).includes('<filter')
  return hasFilter ? Math.min(filterOversampling, Math.max(1, 2048 / size)) : 1
}
