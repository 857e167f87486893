/**
 * Small changes to a picture that keep its meaning: a mirror image, a shift, a change of size, of
 * brightness and of saturation. Hue stays, since captions name colours. What is done is a function
 * of (seed, epoch, example).
 */

import { createRandom } from '../engine/tensor/random.js'
import type { ExampleFacts } from './example.js'
import { type Color, framesOf, joinFrames, type Picture, white } from './media/media.js'

export interface Augmentation {
  /** How often a flippable picture is mirrored. */
  readonly flip?: number
  /**
   * Pixels up, down, left or right at most. Nothing is cut off from what stands before a background;
   * pictures that fill their frame lose an edge, and the opposite one goes on.
   */
  readonly shift?: number
  /** How much smaller or larger at most: 0.1 draws sizes from 0.9 to 1.1. */
  readonly scale?: number
  /** How much brightness and saturation change at most; white and black stay what they are. */
  readonly color?: number
  /** Fills what comes into view where an example does not say; white by default. */
  readonly background?: Color
}

export interface AugmentPlace {
  readonly seed: number
  readonly epoch: number
}

/** The picture as it is shown in an epoch, all frames of a clip alike; itself where nothing is changed. */
export const augment = (
  picture: Picture,
  { id, flippable = false, background: own }: Pick<ExampleFacts, 'id' | 'flippable' | 'background'>,
  { seed, epoch }: AugmentPlace,
  { flip = 0.5, shift = 4, scale = 0.1, color = 0.15, background: usual }: Augmentation = {},
): Picture => {
  if (flip === 0 && shift === 0 && scale === 0 && color === 0) return picture
  const background = own ?? usual ?? white
  const random = createRandom(seed, 'augment', epoch, id)
  const around = (spread: number) => (2 * random.uniform() - 1) * spread
  const isFlipped = random.uniform() < flip && flippable
  const frames = framesOf(picture)
  const wanted: Placement = {
    horizontal: isFlipped ? -1 : 1,
    factor: 1 + around(scale),
    right: around(shift),
    down: around(shift),
  }
  const isFull = fillsFrame(frames[0]!, background)
  const placement = isFull
    ? { ...wanted, right: Math.round(wanted.right), down: Math.round(wanted.down) }
    : keepInView(frames, background, wanted)
  const outside = isFull ? undefined : background
  const tone: Tone = {
    exponent: 1 + around(color),
    saturation: 1 + around(color),
  }
  const shown = frames.map((frame) => adjustTone(resample(frame, placement, outside), tone))
  return picture.frames === undefined ? shown[0]! : joinFrames(shown)
}

interface Placement {
  /** -1 mirrors. */
  readonly horizontal: 1 | -1
  readonly factor: number
  readonly right: number
  readonly down: number
}

/** The share of background in a picture's border up to which it is taken for one that fills its frame. */
const fullAtMost = 0.25

/** Whether a picture goes on beyond its frame, as photographs do. */
const fillsFrame = ({ width, height, data }: Picture, [red, green, blue]: Color): boolean => {
  let [border, empty] = [0, 0]
  for (let row = 0; row < height; row++) {
    const isEdge = row === 0 || row === height - 1
    for (let column = 0; column < width; column += isEdge ? 1 : Math.max(1, width - 1)) {
      const offset = (row * width + column) * 3
      border++
      if (data[offset] === red && data[offset + 1] === green && data[offset + 2] === blue) empty++
    }
  }
  return empty <= fullAtMost * border
}

/**
 * The placement, changed so that it cuts nothing off: what is not background in any of the frames
 * stays in view. Shifts become whole pixels, so that a picture that is only shifted stays as sharp
 * as it was.
 */
const keepInView = (
  frames: readonly Picture[],
  background: Color,
  wanted: Placement,
): Placement => {
  const { width, height } = frames[0]!
  const { horizontal } = wanted
  const boxes = frames.map((frame) => subjectOf(frame, background))
  const box: Box = {
    left: Math.min(...boxes.map(({ left }) => left)),
    right: Math.max(...boxes.map(({ right }) => right)),
    top: Math.min(...boxes.map(({ top }) => top)),
    bottom: Math.max(...boxes.map(({ bottom }) => bottom)),
  }
  const [centerX, centerY] = [(width - 1) / 2, (height - 1) / 2]
  const [nearX, farX] = [horizontal * (box.left - centerX), horizontal * (box.right - centerX)]
  const xs = [Math.min(nearX, farX), Math.max(nearX, farX)] as const
  const ys = [box.top - centerY, box.bottom - centerY] as const
  const largest = Math.min(
    (2 * centerX) / (xs[1] - xs[0] || 1),
    (2 * centerY) / (ys[1] - ys[0] || 1),
  )
  const factor = Math.min(wanted.factor, largest)
  return {
    horizontal,
    factor,
    right: shiftInside(wanted.right, xs, factor, centerX),
    down: shiftInside(wanted.down, ys, factor, centerY),
  }
}

/** The whole number nearest to a shift that keeps a span, about the centre, inside the frame. */
const shiftInside = (
  shift: number,
  [first, last]: readonly [number, number],
  factor: number,
  center: number,
): number => {
  const [least, most] = [Math.ceil(-center - first * factor), Math.floor(center - last * factor)]
  return least > most
    ? Math.round((least + most) / 2)
    : Math.min(Math.max(Math.round(shift), least), most)
}

interface Box {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/** The smallest box around all that is not background; the whole frame where nothing is. */
const subjectOf = ({ width, height, data }: Picture, [red, green, blue]: Color): Box => {
  let [left, right, top, bottom] = [width, -1, height, -1]
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const offset = (row * width + column) * 3
      if (data[offset] === red && data[offset + 1] === green && data[offset + 2] === blue) continue
      left = Math.min(left, column)
      right = Math.max(right, column)
      top = Math.min(top, row)
      bottom = row
    }
  }
  return right < 0
    ? { left: 0, right: width - 1, top: 0, bottom: height - 1 }
    : { left, right, top, bottom }
}

/**
 * Bilinear about the centre. Outside of the picture is background, or without one what is nearest in
 * the picture.
 */
const resample = (
  picture: Picture,
  { horizontal, factor, right, down }: Placement,
  background: Color | undefined,
): Picture => {
  if (horizontal === 1 && factor === 1 && right === 0 && down === 0) return picture
  const { width, height, data } = picture
  const columns = samplesAlong(width, horizontal * factor, right)
  const rows = samplesAlong(height, factor, down)
  const beyond = background !== undefined
  const result = new Uint8Array(data.length)
  let place = 0
  for (const row of rows) {
    const [above, below] = [row.near * width, row.far * width]
    const lower = row.share
    for (const column of columns) {
      const { near, far, share: righter } = column
      const nearOut = beyond && column.isNearOutside
      const farOut = beyond && column.isFarOutside
      const aboveOut = beyond && row.isNearOutside
      const belowOut = beyond && row.isFarOutside
      for (let channel = 0; channel < 3; channel++) {
        const empty = background?.[channel] ?? 0
        const aboveNear = nearOut || aboveOut ? empty : data[(above + near) * 3 + channel]!
        const aboveFar = farOut || aboveOut ? empty : data[(above + far) * 3 + channel]!
        const belowNear = nearOut || belowOut ? empty : data[(below + near) * 3 + channel]!
        const belowFar = farOut || belowOut ? empty : data[(below + far) * 3 + channel]!
        const top = aboveNear * (1 - righter) + aboveFar * righter
        const bottom = belowNear * (1 - righter) + belowFar * righter
        result[place++] = Math.round(top * (1 - lower) + bottom * lower)
      }
    }
  }
  return { width, height, channels: 3, data: result }
}

/** Where a column or row is read from: two neighbours, inside the picture, and the share of the second. */
interface Sample {
  readonly near: number
  readonly far: number
  readonly share: number
  readonly isNearOutside: boolean
  readonly isFarOutside: boolean
}

/**
 * One for each column or row of the result, which is stretched about the centre, mirrored by a
 * negative factor, and then shifted.
 */
const samplesAlong = (size: number, factor: number, shift: number): Sample[] => {
  const center = (size - 1) / 2
  const isOutside = (place: number) => place < 0 || place >= size
  const inside = (place: number) => Math.min(Math.max(place, 0), size - 1)
  return Array.from({ length: size }, (_, index) => {
    const from = (index - shift - center) / factor + center
    const near = Math.floor(from)
    return {
      near: inside(near),
      far: inside(near + 1),
      share: from - near,
      isNearOutside: isOutside(near),
      isFarOutside: isOutside(near + 1),
    }
  })
}

interface Tone {
  /** Of the pixel values from 0 to 1: below 1 brightens the middle. */
  readonly exponent: number
  readonly saturation: number
}

/** Fixes white and black, so that neither backgrounds nor their soft edges change. */
const adjustTone = (picture: Picture, { exponent, saturation }: Tone): Picture => {
  if (exponent === 1 && saturation === 1) return picture
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
