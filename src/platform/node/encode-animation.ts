/** Writes animations with sharp (libvips, cgif, libwebp). */

import sharp from 'sharp'
import type { AnimationOptions, Clip } from '../../data/media/media.js'

/** An animation that repeats without end. */
export const encodeAnimation = async (
  { width, height, channels, data, frames }: Clip,
  { format, framesPerSecond }: AnimationOptions,
): Promise<Uint8Array<ArrayBuffer>> => {
  const pageHeight = height / frames
  const pipeline = sharp(data, { raw: { width, height, channels, pageHeight } })
  // GIF counts hundredths of a second: rounded ends, not lengths, keep the speed as it is asked for.
  const unit = format === 'gif' ? 10 : 1
  const endOf = (frame: number) => unit * Math.round((1000 * frame) / framesPerSecond / unit)
  const delay = Array.from({ length: frames }, (_, frame) => endOf(frame + 1) - endOf(frame))
  const animation =
    format === 'gif'
      ? // No dithering, whose noise would flicker; frames that are equal stay, as they last.
        pipeline.gif({ delay, loop: 0, dither: 0, keepDuplicateFrames: true })
      : pipeline.webp({ delay, loop: 0, lossless: true })
  return new Uint8Array(await animation.toBuffer())
}
