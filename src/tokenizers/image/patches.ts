/** Pictures as patches and back: pixels in a row, patch by patch, colours last. */

import type { Value } from '../../engine/graph/value.js'
import { reshape, transpose } from '../../engine/operations/index.js'

export interface PatchOptions {
  /** Pixels along one side of the square picture. */
  readonly size: number
  /** Pixels along one side of a patch; a divisor of the size. */
  readonly patch: number
}

/** Red, green and blue. */
export const colours = 3

/** [batch, size · size · 3] → [batch · patches, patch · patch · 3], patches row by row. */
export const cutPatches = (pictures: Value, { size, patch }: PatchOptions): Value => {
  const grid = size / patch
  const split = reshape(pictures, { shape: [-1, grid, patch, grid, patch, colours] })
  const ordered = transpose(split, { axes: [0, 1, 3, 2, 4, 5] })
  return reshape(ordered, { shape: [-1, patch * patch * colours] })
}

/**
 * The inverse of `cutPatches`, but with colours, or so many other channels, first, as convolutions
 * read them: [batch, channels, size, size].
 */
export const pastePatches = (
  patches: Value,
  { size, patch }: PatchOptions,
  channels: number = colours,
): Value => {
  const grid = size / patch
  const split = reshape(patches, { shape: [-1, grid, grid, patch, patch, channels] })
  const ordered = transpose(split, { axes: [0, 5, 1, 3, 2, 4] })
  return reshape(ordered, { shape: [-1, channels, size, size] })
}
