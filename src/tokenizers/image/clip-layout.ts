/**
 * Where the codes of a clip stand: the first frame is a picture of its own, with a code for each of
 * its patches; the frames that follow have larger patches and so fewer codes, since they say only
 * what is new. A picture is a clip of one frame.
 */

import { constant } from '../../engine/graph/graph.js'
import type { Value } from '../../engine/graph/value.js'
import { tensorOf } from '../../engine/tensor/tensor.js'
import { type RotaryAngles, rotaryAngles, unseen } from '../../network/layers/index.js'

export interface ClipLayout {
  /** Pixels along one side of a frame. */
  readonly size: number
  /** Pixels along one side of a patch of the first frame; a divisor of the size. */
  readonly patch: number
  /** Frames of a clip at most; 1 where the tokenizer knows pictures only. */
  readonly frames: number
  /** Pixels along one side of a patch of the other frames; a divisor of the size. */
  readonly followingPatch: number
}

/** Codes of the first frame. */
export const firstCodes = ({ size, patch }: ClipLayout): number => (size / patch) ** 2

/** Codes of a clip. */
export const codesOfClip = (layout: ClipLayout, frames: number): number =>
  firstCodes(layout) + (frames - 1) * (layout.size / layout.followingPatch) ** 2

interface Place {
  readonly time: number
  readonly row: number
  readonly column: number
}

/** The middle of each code's patch, in frames and in patches of the first frame. */
const placesOf = (layout: ClipLayout, frames: number): Place[] =>
  Array.from({ length: frames }, (_, time) => {
    const side = time === 0 ? layout.patch : layout.followingPatch
    const grid = layout.size / side
    const middle = (index: number) => ((index + 0.5) * side) / layout.patch - 0.5
    return Array.from({ length: grid * grid }, (_, place) => ({
      time,
      row: middle(Math.floor(place / grid)),
      column: middle(place % grid),
    }))
  }).flat()

/** Rotary positions by row and column, and by time where there is any. */
export const clipAngles = (layout: ClipLayout, frames: number, headWidth: number): RotaryAngles => {
  const positions = placesOf(layout, frames).map(({ time, row, column }) =>
    layout.frames > 1 ? [time, row, column] : [row, column],
  )
  return rotaryAngles(positions, { headWidth, base: 100 })
}

/** Lets each code see those of its own frame and of earlier ones: [codes, codes], added to scores. */
export const clipMask = (layout: ClipLayout, frames: number): Value => {
  const times = placesOf(layout, frames).map(({ time }) => time)
  const values = times.flatMap((now) => times.map((then) => (then <= now ? 0 : unseen)))
  return constant(tensorOf('float32', values, [times.length, times.length]))
}
