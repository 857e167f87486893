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

/** Errors and noise of any frame: its numbers from some place on, and around. */
const normals = (() => {
  const random = createRandom(0, 'noise')
  return Float32Array.from({ length: 2 ** 14 }, () => random.normal())
})()
/** Takes a place to one in the table, whose length is a power of two. */
const around = normals.length - 1

/** RGB bytes [frames, size, size, 3] → as many others; strengths are those of the clip. */
export const disturb = (
  pixels: Uint8Array,
  { frames, size }: { readonly frames: number; readonly size: number },
  random: Random,
): Uint8Array => {
  if (random.uniform() < untouched) return pixels
  const displaced = random.uniform() * displacement
  // Of a pixel and those around it the mean of six counts, with itself twice.
  const smoothed = (random.uniform() * smoothing) / 6
  const pale = random.uniform() * fading
  const colourDeviation = random.uniform() * colourError
  const noiseDeviation = random.uniform() * noise
  const patches = Math.ceil(size / patch) + 1
  const row = 3 * size
  const nearby = [-3, 3, -row, row]
  // The bytes of the array are clamped and rounded as they are written.
  const disturbed = new Uint8ClampedArray(pixels.length)
  for (let frame = 0; frame < frames; frame++) {
    const firstError = random.integer(normals.length)
    const firstNoise = random.integer(normals.length)
    const [left, top] = [random.integer(patch), random.integer(patch)]
    for (let y = 0; y < size; y++) {
      const above = y > 0 ? -row : 0
      const below = y < size - 1 ? row : 0
      const errorRow = firstError + Math.floor((y + top) / patch) * patches * 3
      const isInside = y >= furthest && y < size - furthest
      for (let x = 0; x < size; x++) {
        const at = ((frame * size + y) * size + x) * 3
        const before = x > 0 ? -3 : 0
        const after = x < size - 1 ? 3 : 0
        const error = errorRow + Math.floor((x + left) / patch) * 3
        const isDisplaced =
          isInside && x >= furthest && x < size - furthest && random.uniform() < displaced
        const shown = isDisplaced
          ? nearby[random.integer(nearby.length)]! * (1 + random.integer(furthest))
          : 0
        const gray = (pixels[at]! + pixels[at + 1]! + pixels[at + 2]!) / 3
        for (let channel = 0; channel < 3; channel++) {
          const place = at + channel
          const own = pixels[place]!
          const sides =
            pixels[place + above]! +
            pixels[place + below]! +
            pixels[place + before]! +
            pixels[place + after]!
          disturbed[place] =
            pixels[place + shown]! +
            smoothed * (sides - 4 * own) +
            pale * (gray - own) +
            colourDeviation * normals[(error + channel) & around]! +
            noiseDeviation * normals[(firstNoise + place) & around]!
        }
      }
    }
  }
  return new Uint8Array(disturbed.buffer)
}
