/** Blocks of pixels as channels, and channels as blocks of pixels (Shi et al. 2016). */

import { ShapeError } from '../../../errors.js'
import { locateError } from '../../graph/scope.js'
import type { Value } from '../../graph/value.js'
import { ofRank, printShape } from '../../tensor/shape.js'
import { reshape } from '../primitive/reshape.js'
import { transpose } from '../primitive/transpose.js'

interface Blocks {
  /** Pixels along one side of a block. */
  readonly size: number
}

const requireDivisible = (x: Value, isDivisible: boolean, size: number, operation: string) => {
  if (x.shape.length === 4 && isDivisible) return
  throw locateError(
    new ShapeError(`blocks of ${size} × ${size} do not divide ${printShape(x.shape)}`),
    operation,
  )
}

/**
 * Every block of pixels as one pixel: [batch, channels, rows, columns] → [batch, size² · channels,
 * rows / size, columns / size]. The channels of one place of the block stay neighbours.
 */
export const spaceToDepth = (x: Value, { size }: Blocks): Value => {
  const [batch, channels, rows, columns] = ofRank(x.shape, 4)
  requireDivisible(x, rows % size === 0 && columns % size === 0, size, 'spaceToDepth')
  const [height, width] = [rows / size, columns / size]
  const blocks = reshape(x, { shape: [batch, channels, height, size, width, size] })
  const ordered = transpose(blocks, { axes: [0, 3, 5, 1, 2, 4] })
  return reshape(ordered, { shape: [batch, size * size * channels, height, width] })
}

/** The inverse: [batch, size² · channels, rows, columns] → [batch, channels, size · rows, size · columns]. */
export const depthToSpace = (x: Value, { size }: Blocks): Value => {
  const [batch, depth, rows, columns] = ofRank(x.shape, 4)
  requireDivisible(x, depth % (size * size) === 0, size, 'depthToSpace')
  const channels = depth / (size * size)
  const blocks = reshape(x, { shape: [batch, size, size, channels, rows, columns] })
  const ordered = transpose(blocks, { axes: [0, 3, 4, 1, 5, 2] })
  return reshape(ordered, { shape: [batch, channels, size * rows, size * columns] })
}
