/** What convolutions and pools share: how a window moves over the last two axes, rows and columns. */

import { ShapeError } from '../../errors.js'
import { printShape, type Shape } from '../tensor/shape.js'

export type Pair = readonly [rows: number, columns: number]

export interface Window {
  /** How far the window moves at a time; 1 when left out. */
  readonly strides?: number | Pair
  /** Zeros around the picture, on all sides or [top, left, bottom, right]; 0 when left out. */
  readonly padding?: number | readonly [top: number, left: number, bottom: number, right: number]
  /** How far apart neighbours of the window are; 1 when left out. */
  readonly dilations?: number | Pair
}

export interface ResolvedWindow {
  readonly strides: Pair
  readonly padding: readonly [top: number, left: number, bottom: number, right: number]
  readonly dilations: Pair
}

export const pairOf = (value: number | Pair): Pair =>
  typeof value === 'number' ? [value, value] : value

/** The window with every number spelt out. Throws ShapeError when one cannot be. */
export const resolveWindow = ({
  strides = 1,
  padding = 0,
  dilations = 1,
}: Window): ResolvedWindow => {
  const resolved = {
    strides: pairOf(strides),
    padding:
      typeof padding === 'number' ? ([padding, padding, padding, padding] as const) : padding,
    dilations: pairOf(dilations),
  }
  for (const [name, least] of [
    ['strides', 1],
    ['padding', 0],
    ['dilations', 1],
  ] as const) {
    if (resolved[name].some((size) => !Number.isInteger(size) || size < least)) {
      throw new ShapeError(
        `expected whole ${name} of at least ${least}, got ${printShape(resolved[name])}`,
      )
    }
  }
  return resolved
}

/** The rows and columns that a window of a size finds in a picture. */
export const windowedSize = (
  picture: Shape,
  size: Pair,
  { strides, padding, dilations }: ResolvedWindow,
): Pair => {
  const along = (axis: 0 | 1): number => {
    const padded = padding[axis] + picture[axis]! + padding[axis + 2]!
    const reach = dilations[axis] * (size[axis] - 1) + 1
    if (reach > padded) {
      throw new ShapeError(
        `a window that reaches over ${reach} does not fit into ${padded} ${axis === 0 ? 'rows' : 'columns'}, padding included`,
      )
    }
    return Math.floor((padded - reach) / strides[axis]) + 1
  }
  return [along(0), along(1)]
}

/** Throws ShapeError unless the shape is [batch, channels, rows, columns]. */
export const requirePicture = (shape: Shape): void => {
  if (shape.length !== 4) {
    throw new ShapeError(`expected [batch, channels, rows, columns], got ${printShape(shape)}`)
  }
}

/** The window as attributes of ONNX nodes. */
export const windowAttributes = (size: Pair, { strides, padding, dilations }: ResolvedWindow) => ({
  kernel_shape: size,
  strides,
  pads: padding,
  dilations,
})
