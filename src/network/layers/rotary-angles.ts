/**
 * Rotary positions over several axes (Su et al. 2021; by axes as in M-RoPE, Wang et al. 2024). The
 * pairs of a head are dealt out to the axes in turn, so each axis gets slow and fast angles alike.
 */

import { constant } from '../../engine/graph/graph.js'
import { tensorOf } from '../../engine/tensor/tensor.js'
import type { RotaryAngles } from './attention.js'

/** Where a token is: (time, row, column), or any other fixed number of axes. */
export type Position = readonly number[]

export interface RotaryOptions {
  readonly headWidth: number
  /** The wavelength of the slowest pair is about 2π times this many places. */
  readonly base?: number
}

/** Cosines and sines, row by row: each [positions, head width / 2]. */
export const rotaryTables = (
  positions: readonly Position[],
  { headWidth, base = 10_000 }: RotaryOptions,
): { cosines: number[]; sines: number[] } => {
  const pairs = headWidth / 2
  const angles = positions.flatMap((position) =>
    Array.from({ length: pairs }, (_, pair) => {
      const axes = position.length
      const axisPairs = Math.ceil((pairs - (pair % axes)) / axes)
      return position[pair % axes]! / base ** (Math.floor(pair / axes) / axisPairs)
    }),
  )
  return { cosines: angles.map(Math.cos), sines: angles.map(Math.sin) }
}

/** The angles of fixed positions as constants of the graph. */
export const rotaryAngles = (
  positions: readonly Position[],
  options: RotaryOptions,
): RotaryAngles => {
  const { cosines, sines } = rotaryTables(positions, options)
  const shape = [positions.length, options.headWidth / 2]
  return {
    cosines: constant(tensorOf('float32', cosines, shape)),
    sines: constant(tensorOf('float32', sines, shape)),
  }
}
