/**
 * How near clips are to other ones, frame by frame, and how still they keep what stands still: flicker
 * is what an eye sees first where each frame by itself is good.
 */

import { psnr, ssim } from './picture-quality.js'

export interface ClipQuality {
  /** Means over the clips, for each of their frames. */
  readonly psnrDb: readonly number[]
  readonly ssim: readonly number[]
  /**
   * How much pixels that stand still in the original change from frame to frame, from 0 to 255: in
   * the clips, and in the originals.
   */
  readonly flicker: number
  readonly originalFlicker: number
}

/** Pixels stand still that change by no more than this, of 255; films are never quite still. */
const still = 2

/** RGB bytes [clips, frames, size, size, 3], originals and what was made of them. */
export const clipQuality = (
  originals: Uint8Array,
  made: Uint8Array,
  { frames, size }: { readonly frames: number; readonly size: number },
): ClipQuality => {
  const bytes = size * size * 3
  const clips = originals.length / bytes / frames
  const frameOf = (data: Uint8Array, clip: number, frame: number) =>
    data.subarray((clip * frames + frame) * bytes, (clip * frames + frame + 1) * bytes)
  const byFrame = (measure: (a: Uint8Array, b: Uint8Array) => number) =>
    Array.from({ length: frames }, (_, frame) => {
      let sum = 0
      for (let clip = 0; clip < clips; clip++) {
        sum += measure(frameOf(originals, clip, frame), frameOf(made, clip, frame))
      }
      return sum / clips
    })
  const changes = { pixels: 0, original: 0, made: 0 }
  for (let clip = 0; clip < clips; clip++) {
    for (let frame = 1; frame < frames; frame++) {
      const [before, after] = [frameOf(originals, clip, frame - 1), frameOf(originals, clip, frame)]
      const [madeBefore, madeAfter] = [frameOf(made, clip, frame - 1), frameOf(made, clip, frame)]
      for (let offset = 0; offset < bytes; offset += 3) {
        const change = changeAt(before, after, offset)
        if (change.largest > still) continue
        changes.pixels++
        changes.original += change.mean
        changes.made += changeAt(madeBefore, madeAfter, offset).mean
      }
    }
  }
  const perPixel = Math.max(1, changes.pixels)
  return {
    psnrDb: byFrame(psnr),
    ssim: byFrame(ssim),
    flicker: changes.made / perPixel,
    originalFlicker: changes.original / perPixel,
  }
}

/** Of the three colours of a pixel. */
const changeAt = (before: Uint8Array, after: Uint8Array, offset: number) => {
  const red = Math.abs(after[offset]! - before[offset]!)
  const green = Math.abs(after[offset + 1]! - before[offset + 1]!)
  const blue = Math.abs(after[offset + 2]! - before[offset + 2]!)
  return { largest: Math.max(red, green, blue), mean: (red + green + blue) / 3 }
}
