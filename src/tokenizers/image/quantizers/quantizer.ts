/** What a quantizer is: it turns vectors into ids of a finite code book, and ids into vectors. */

import type { Value } from '../../../engine/graph/value.js'
import type { Parameter } from '../../../network/parameters.js'

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

/** The values of a quantizer's averages, by name. */
export type Averages = Readonly<Record<string, Value>>

export interface Quantizer {
  /** How many numbers a vector has. */
  readonly channels: number
  /** How many codes there are. */
  readonly codes: number
  /** State that moves by averages rather than gradients. */
  readonly averages: Readonly<Record<string, Parameter>>
  /** Quantizes [rows, channels]. */
  quantize(averages: Averages, vectors: Value): Quantized
  /** The vectors of codes: int32 [rows] → [rows, channels]. */
  lookUp(averages: Averages, codes: Value): Value
}
