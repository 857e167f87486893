/**
 * Small changes to a picture that keep its meaning: a mirror image, a shift, a change of size, of
 * brightness and of saturation. Hue stays, since captions name colours. What is done is a function
 * of (seed, epoch, example).
 */

import { createRandom } from '../engine/tensor/random.js'
import type { ExampleFacts } from './example.js'
import { type Color, type Picture, white } from './media.js'

export interface Augmentation {
  /** How often a flippable picture is mirrored. */
  readonly flip?: number
  /** Pixels up, down, left or right at most. */
  readonly shift?: number
  /** How much smaller or larger at most: 0.1 draws sizes from 0.9 to 1.1. */
  readonly scale?: number
  /** How much brightness and saturation change at most; white and black stay what they are. */
  readonly color?: number
  /** Fills what comes into view; white by default. */
  readonly background?: Color
}

export interface AugmentPlace {
  readonly seed: number
  readonly epoch: number
}

/** The picture as it is shown in an epoch, always a new one. */
export const augment = (
  picture: Picture,
  { id, flippable = false }: Pick<ExampleFacts, 'id' | 'flippable'>,
  { seed, epoch }: AugmentPlace,
  { flip = 0.5, shift = 3, scale = 0.06, color = 0.15, background = white }: Augmentation = {},
): Picture => {
  const random = createRandom(seed, 'augment', epoch, id)
  const around = (spread: number) => (2 * random.uniform() - 1) * spread
  const isFlipped = random.uniform() < flip && flippable
  // Whole pixels, so that a picture that is only shifted stays as sharp as it was.
  const placement: Placement = {
    horizontal: isFlipped ? -1 : 1,
    factor: 1 + around(scale),
    right: Math.round(around(shift + 0.499)),
    down: Math.round(around(shift + 0.499)),
  }
  const tone: Tone = {
    exponent: 1 + around(color),
    saturation: 1 + around(color),
  }
  return adjustTone(resample(picture, placement, background), tone)
}

interface Placement {
  /** -1 mirrors. */
  readonly horizontal: 1 | -1
  readonly factor: number
  readonly right: number
  readonly down: number
}

/** Bilinear about the centre; outside of the picture is background. */
const resample = (
  { width, height, data }: Picture,
  { horizontal, factor, right, down }: Placement,
  background: Color,
): Picture => {
  const result = new Uint8Array(data.length)
  const [centerX, centerY] = [(width - 1) / 2, (height - 1) / 2]
  const at = (column: number, row: number, channel: number): number =>
    column < 0 || row < 0 || column >= width || row >= height
      ? background[channel]!
      : data[(row * width + column) * 3 + channel]!
  for (let row = 0; row < height; row++) {
    const y = (row - down - centerY) / factor + centerY
    const top = Math.floor(y)
    const lower = y - top
    for (let column = 0; column < width; column++) {
      const x = (horizontal * (column - right - centerX)) / factor + centerX
      const left = Math.floor(x)
      const righter = x - left
      for (let channel = 0; channel < 3; channel++) {
        const above = at(left, top, channel) * (1 - righter) + at(left + 1, top, channel) * righter
        const below =
          at(left, top + 1, channel) * (1 - righter) + at(left + 1, top + 1, channel) * righter
        result[(row * width + column) * 3 + channel] = Math.round(
          above * (1 - lower) + below * lower,
        )
      }
    }
  }
  return { width, height, channels: 3, data: result }
}

interface Tone {
  /** Of the pixel values from 0 to 1: below 1 brightens the middle. */
  readonly exponent: number
  readonly saturation: number
}

/** Fixes white and black, so that neither backgrounds nor their soft edges change. */
const adjustTone = (picture: Picture, { exponent, saturation }: Tone): Picture => {
  const data = new Uint8ClampedArray(picture.data)
  const brightened = Float64Array.from(
    { length: 256 },
    (_, value) => 255 * (value / 255) ** exponent,
  )
  for (let offset = 0; offset < data.length; offset += 3) {
    const red = brightened[data[offset]!]!
    const green = brightened[data[offset + 1]!]!
    const blue = brightened[data[offset + 2]!]!
    const gray = 0.299 * red + 0.587 * green + 0.114 * blue
    data[offset] = gray + (red - gray) * saturation
    data[offset + 1] = gray + (green - gray) * saturation
    data[offset + 2] = gray + (blue - gray) * saturation
  }
  return { ...picture, data: new Uint8Array(data.buffer) }
}
