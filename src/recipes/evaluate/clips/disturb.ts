/**
 * Real clips, a little spoiled as codes spoil them, so that who learns from real ones alone can read
 * drawn ones too: smoothed, off in colour here and there, noisy.
 */

import { createRandom, type Random } from '../../../engine/tensor/random.js'

/** The share of clips that stay as they are, so that these are read well too. */
const untouched = 0.25
/** The largest share of the pixels around, and standard deviations, of 255. */
const smoothing = 0.8
const colourError = 10
const noise = 8
/** Pixels along the patches that are off in colour together. */
const patch = 8

/** Noise of any frame: its numbers from some place on, and around. */
const normals = (() => {
  const random = createRandom(0, 'noise')
  return Float32Array.from({ length: 2 ** 14 }, () => random.normal())
})()

/** RGB bytes [frames, size, size, 3] → as many others; strengths are those of the clip. */
export const disturb = (
  pixels: Uint8Array,
  { frames, size }: { readonly frames: number; readonly size: number },
  random: Random,
): Uint8Array => {
  if (random.uniform() < untouched) return pixels
  const around = random.uniform() * smoothing
  const [colourDeviation, noiseDeviation] = [
    random.uniform() * colourError,
    random.uniform() * noise,
  ]
  const patches = Math.ceil(size / patch) + 1
  const row = 3 * size
  // The bytes of the array are clamped and rounded as they are written.
  const disturbed = new Uint8ClampedArray(pixels.length)
  for (let frame = 0; frame < frames; frame++) {
    const errors = Float32Array.from(
      { length: patches * patches * 3 },
      () => colourDeviation * random.normal(),
    )
    const [left, top] = [random.integer(patch), random.integer(patch)]
    const firstNoise = random.integer(normals.length)
    for (let y = 0; y < size; y++) {
      const above = y > 0 ? -row : 0
      const below = y < size - 1 ? row : 0
      const errorRow = Math.floor((y + top) / patch) * patches
      for (let x = 0; x < size; x++) {
        const before = x > 0 ? -3 : 0
        const after = x < size - 1 ? 3 : 0
        const error = (errorRow + Math.floor((x + left) / patch)) * 3
        for (let channel = 0; channel < 3; channel++) {
          const at = ((frame * size + y) * size + x) * 3 + channel
          const own = pixels[at]!
          const sum =
            pixels[at + above]! + pixels[at + below]! + pixels[at + before]! + pixels[at + after]!
          disturbed[at] =
            own +
            around * ((sum + 2 * own) / 6 - own) +
            errors[error + channel]! +
            noiseDeviation * normals[(firstNoise + at) % normals.length]!
        }
      }
    }
  }
  return new Uint8Array(disturbed.buffer)
}
