/** Static shapes: sizes, strides, axes and the broadcasting rule of NumPy and ONNX. */

import { ShapeError } from '../../errors.js'

/** The sizes of a tensor's axes, outermost first; `[]` is a scalar. */
export type Shape = readonly number[]

/** The number of elements. */
export const sizeOf = (shape: Shape): number => shape.reduce((product, size) => product * size, 1)

export const isSameShape = (a: Shape, b: Shape): boolean =>
  a.length === b.length && a.every((size, axis) => size === b[axis])

/** An axis counted from the front. Negative ones count from the end. Throws ShapeError. */
export const resolveAxis = (axis: number, rank: number): number => {
  const resolved = axis < 0 ? axis + rank : axis
  if (!Number.isInteger(axis) || resolved < 0 || resolved >= rank) {
    throw new ShapeError(`axis ${axis} is out of range for ${rank} axes`)
  }
  return resolved
}

/** Axes counted from the front, in ascending order; all of them when none are named. */
export const resolveAxes = (axes: readonly number[] | undefined, rank: number): number[] => {
  if (axes === undefined) return Array.from({ length: rank }, (_, axis) => axis)
  const resolved = axes.map((axis) => resolveAxis(axis, rank)).sort((a, b) => a - b)
  if (new Set(resolved).size !== resolved.length) {
    throw new ShapeError(`an axis is named twice: [${axes.join(', ')}]`)
  }
  return resolved
}

/** The common shape of operands whose axes, aligned at the end, are equal or 1. */
export const broadcastShapes = (...shapes: Shape[]): Shape => {
  const rank = Math.max(0, ...shapes.map((shape) => shape.length))
  const result = new Array<number>(rank).fill(1)
  for (const shape of shapes) {
    shape.forEach((size, index) => {
      const axis = rank - shape.length + index
      if (size === 1) return
      if (result[axis] !== 1 && result[axis] !== size) {
        throw new ShapeError(
          `the shapes do not broadcast: ${shapes.map(printShape).join(' and ')}; ` +
            'aligned at the end, sizes must be equal or 1',
        )
      }
      result[axis] = size
    })
  }
  return result
}

/** Lists of sizes by how many there are. */
interface SizesByRank {
  readonly 2: readonly [number, number]
  readonly 3: readonly [number, number, number]
  readonly 4: readonly [number, number, number, number]
}

/** The sizes of a shape with so many axes, each by its name. Throws ShapeError for another shape. */
export const ofRank = <Rank extends keyof SizesByRank>(
  shape: Shape,
  rank: Rank,
): SizesByRank[Rank] => {
  if (shape.length !== rank) {
    throw new ShapeError(`expected a shape of ${rank} axes, got ${printShape(shape)}`)
  }
  // They have just been counted.
  return shape as SizesByRank[Rank]
}

export const printShape = (shape: Shape): string => `[${shape.join(', ')}]`
