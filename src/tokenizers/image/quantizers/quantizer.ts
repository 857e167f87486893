/** What a quantizer is: it turns vectors into ids of a finite code book, and ids into vectors. */

import type { Value } from '../../../engine/graph/value.js'
import type { Bound, ParameterTree } from '../../../network/parameters.js'

/** What comes out of quantizing [rows, channels]. */
export interface Quantized {
  /** The vectors that the decoder reads, through which gradients flow: [rows, channels]. */
  readonly vectors: Value
  /** The code of each row: int32 [rows]. */
  readonly codes: Value
  /** A scalar to add to the loss, where the quantizer has one. */
  readonly loss?: Value
  /** New values of the quantizer's averages, by the names of its parameters. */
  readonly updates?: Readonly<Record<string, Value>>
}

export interface Quantizer<Tree extends ParameterTree = ParameterTree> {
  /** How many numbers a vector has. */
  readonly channels: number
  /** How many codes there are. */
  readonly codes: number
  /** State that moves by averages rather than gradients. */
  readonly averages: Tree
  /** Quantizes [rows, channels]. */
  quantize(averages: Bound<Tree>, vectors: Value): Quantized
  /** The vectors of codes: int32 [rows] → [rows, channels]. */
  lookUp(averages: Bound<Tree>, codes: Value): Value
}
