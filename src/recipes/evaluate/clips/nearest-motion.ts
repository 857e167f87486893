/**
 * A baseline without any learning: a clip is what that clip of the training data is in which movement
 * is most alike, by where in the picture it happens (motion energy; Bobick & Davis 2001).
 */

import type { PictureCache } from '../../../data/cache.js'

/** How much each pixel changes from frame to frame, on average: [size · size]. */
export const motionEnergy = (
  clip: Uint8Array,
  { size, frames }: { readonly size: number; readonly frames: number },
): Float64Array => {
  const pixels = size * size
  const energy = new Float64Array(pixels)
  for (let at = pixels * 3; at < clip.length; at++) {
    energy[Math.floor((at % (pixels * 3)) / 3)]! += Math.abs(clip[at]! - clip[at - pixels * 3]!)
  }
  return energy.map((sum) => sum / (3 * (frames - 1)))
}

/** For each of some clips, the training clip whose motion energy is nearest. */
export const nearestByMotion = async (
  { size, frames = 1, picture }: PictureCache,
  members: readonly number[],
  training: readonly number[],
): Promise<number[]> => {
  const energyOf = async (index: number) =>
    motionEnergy((await picture(index)).data, { size, frames })
  const known: { index: number; energy: Float64Array }[] = []
  for (const index of training) known.push({ index, energy: await energyOf(index) })
  const found: number[] = []
  for (const member of members) {
    const own = await energyOf(member)
    let nearest = { index: -1, distance: Number.POSITIVE_INFINITY }
    for (const { index, energy } of known) {
      const distance = energy.reduce((sum, value, at) => sum + (value - own[at]!) ** 2, 0)
      if (index !== member && distance < nearest.distance) nearest = { index, distance }
    }
    found.push(nearest.index)
  }
  return found
}
