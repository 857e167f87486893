/** Which frames of a longer clip an example shows. */

import type { Random } from '../../engine/tensor/random.js'
import { type Clip, framesOf, joinFrames, type Picture } from './media.js'

export interface TakeFramesOptions {
  /** How many frames an example has; 1 makes pictures. */
  readonly frames: number
  /**
   * From each frame to the next: a clip that is long enough gives several examples, each of which
   * begins in the middle of the one before, but for the last, which ends with the clip. When left out,
   * one example spans the whole clip.
   */
  readonly stride?: number | undefined
}

export interface TakenFrames {
  /** The first frame that is shown. */
  readonly start: number
  readonly picture: Picture
}

/** At least one run of frames; frames of a clip that is too short are shown more than once. */
export const takeFrames = (clip: Picture, options: TakeFramesOptions): TakenFrames[] => {
  const { frames = 1 } = clip
  return placesOfRuns(frames, options).map((places) => ({
    start: places[0]!,
    picture: showFrames(clip, places),
  }))
}

/** The frames of a clip at some places; a picture where there is one place. */
export const showFrames = (clip: Picture, places: readonly number[]): Picture => {
  const all = framesOf(clip)
  return places.length === 1 ? all[places[0]!]! : joinFrames(places.map((place) => all[place]!))
}

/** Where the frames of each run are that `takeFrames` takes of so many; the last run ends with the clip. */
export const placesOfRuns = (
  count: number,
  { frames, stride }: TakeFramesOptions,
): (readonly number[])[] => {
  const span = stride === undefined ? Infinity : (frames - 1) * stride + 1
  if (stride === undefined || frames === 1 || span > count) {
    return [
      Array.from({ length: frames }, (_, index) =>
        Math.round((index * (count - 1)) / Math.max(1, frames - 1)),
      ),
    ]
  }
  const hop = Math.max(1, Math.ceil((frames * stride) / 2))
  const last = count - span
  const starts = Array.from({ length: Math.ceil(last / hop) + 1 }, (_, number) =>
    Math.min(number * hop, last),
  )
  return starts.map((start) => Array.from({ length: frames }, (_, index) => start + index * stride))
}

/**
 * A clip of three frames or more as one with the same number of frames shows it who looks too early
 * or too late: fewer than half of them are the end of another clip before it, or the beginning of
 * one after it.
 */
export const crossClips = (clip: Picture, other: Picture, random: Random): Clip => {
  const [own, others] = [framesOf(clip), framesOf(other)]
  const taken = 1 + random.integer(Math.floor((own.length - 1) / 2))
  return joinFrames(
    random.uniform() < 0.5
      ? [...others.slice(-taken), ...own.slice(0, -taken)]
      : [...own.slice(taken), ...others.slice(0, taken)],
  )
}
