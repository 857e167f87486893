/** Where the tokens of a decoder stand, as feeds: their angles, and rows of a table of places. */

import { type Tensor, tensorOf } from '../../engine/tensor/tensor.js'
import { type Position, rotaryTables } from '../../network/layers/index.js'
import type { TransformerOptions } from '../../network/models/transformer.js'

export interface DecoderPlaces {
  /** Where the tokens of a sequence stand, one after another, as many as it can have. */
  readonly positions: readonly Position[]
  /** The rows of the network's table of places, where it has one, for the tokens of `positions`. */
  readonly places?: readonly number[]
  /** Of rotary positions: the base of their wavelengths; `null` for a network without them. */
  readonly rotaryBase?: number | null
}

/**
 * Gives the feeds of `count` tokens from the `first` on, of sequences before which so many tokens
 * each are padding, and take no place of a table.
 */
export const createPlaceFeeds = (
  { width, heads, headWidth = width / heads, places: rows = 0 }: TransformerOptions,
  { positions, places, rotaryBase }: DecoderPlaces,
) => {
  const anglesOf = (first: number, count: number): Record<string, Tensor> => {
    if (rotaryBase === null) return {}
    const { cosines, sines } = rotaryTables(positions.slice(first, first + count), {
      headWidth,
      ...(rotaryBase === undefined ? {} : { base: rotaryBase }),
    })
    const shape = [count, headWidth / 2]
    return {
      cosines: tensorOf('float32', cosines, shape),
      sines: tensorOf('float32', sines, shape),
    }
  }
  const rowsOf = (first: number, count: number, padded: readonly number[]) => {
    if (rows === 0 || places === undefined) return {}
    const found = padded.flatMap((padding) =>
      Array.from({ length: count }, (_, token) => places[Math.max(0, first + token - padding)]!),
    )
    return { places: tensorOf('int32', found) }
  }
  return (first: number, count: number, padded: readonly number[]): Record<string, Tensor> => ({
    ...anglesOf(first, count),
    ...rowsOf(first, count, padded),
  })
}
