/**
 * Real clips, a little spoiled as codes spoil them, so that who learns from real ones alone can read
 * drawn ones too: edges out of place, smoothed, pale, off in colour here and there, noisy.
 */

import { createRandom, type Random } from '../../../engine/tensor/random.js'

/** The share of clips that stay as they are, so that these are read well too. */
const untouched = 0.25
/** The largest shares: of pixels that show one nearby, of the pixels around, and of gray. */
const displacement = 0.6
const smoothing = 0.8
const fading = 0.3
/** The largest standard deviations, of 255. */
const colourError = 12
const noise = 16
/** Pixels along the patches that are off in colour together. */
const patch = 4
/** How far away a pixel may be that is shown in the place of another. */
const furthest = 2

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
  const displaced = random.uniform() * displacement
  const around = random.uniform() * smoothing
  const pale = random.uniform() * fading
  const colourDeviation = random.uniform() * colourError
  const noiseDeviation = random.uniform() * noise
  const patches = Math.ceil(size / patch) + 1
  const row = 3 * size
  const nearby = [-3, 3, -row, row]
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
      const isInside = y >= furthest && y < size - furthest
      for (let x = 0; x < size; x++) {
        const at = ((frame * size + y) * size + x) * 3
        const before = x > 0 ? -3 : 0
        const after = x < size - 1 ? 3 : 0
        const error = (errorRow + Math.floor((x + left) / patch)) * 3
        const isDisplaced = isInside && x >= furthest && x < size - furthest
        const shown =
          isDisplaced && random.uniform() < displaced
            ? at + nearby[random.integer(nearby.length)]! * (1 + random.integer(furthest))
            : at
        const gray = (pixels[at]! + pixels[at + 1]! + pixels[at + 2]!) / 3
        for (let channel = 0; channel < 3; channel++) {
          const own = pixels[at + channel]!
          const sum =
            pixels[at + channel + above]! +
            pixels[at + channel + below]! +
            pixels[at + channel + before]! +
            pixels[at + channel + after]!
          disturbed[at + channel] =
            pixels[shown + channel]! +
            around * ((sum + 2 * own) / 6 - own) +
            pale * (gray - own) +
            errors[error + channel]! +
            noiseDeviation * normals[(firstNoise + at + channel) % normals.length]!
        }
      }
    }
  }
  return new Uint8Array(disturbed.buffer)
}
