/**
 * Where the codes of a clip stand: the first frame is a picture of its own, with a code for each of
 * its patches; the frames that follow have larger patches and so fewer codes, since they say only
 * what is new. A picture is a clip of one frame.
 */

import { constant } from '../../engine/graph/graph.js'
import type { Value } from '../../engine/graph/value.js'
import { tensorOf } from '../../engine/tensor/tensor.js'
import { type RotaryAngles, rotaryAngles, unseen } from '../../network/layers/index.js'
import { type ClipGrid, codesOf, placesOf } from '../../network/models/clip-grid.js'

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

/** The grids of a clip's codes. */
export const gridOf = ({ size, patch, followingPatch }: ClipLayout, frames: number): ClipGrid => {
  const [side, followingSide] = [size / patch, size / followingPatch]
  const following = { rows: followingSide, columns: followingSide }
  return { rows: side, columns: side, frames, ...(frames > 1 && { following }) }
}

/** Codes of the first frame. */
export const firstCodes = (layout: ClipLayout): number => codesOf(gridOf(layout, 1))

/** Codes of a clip. */
export const codesOfClip = (layout: ClipLayout, frames: number): number =>
  codesOf(gridOf(layout, frames))

/** Rotary positions by row and column, and by time where there is any. */
export const clipAngles = (layout: ClipLayout, frames: number, headWidth: number): RotaryAngles => {
  const positions = placesOf(gridOf(layout, frames)).map(({ time, row, column }) =>
    layout.frames > 1 ? [time, row, column] : [row, column],
  )
  return rotaryAngles(positions, { headWidth, base: 100 })
}

/** Lets each code see those of its own frame and of earlier ones: [codes, codes], added to scores. */
export const clipMask = (layout: ClipLayout, frames: number): Value => {
  const times = placesOf(gridOf(layout, frames)).map(({ time }) => time)
  const values = times.flatMap((now) => times.map((then) => (then <= now ? 0 : unseen)))
  return constant(tensorOf('float32', values, [times.length, times.length]))
}
