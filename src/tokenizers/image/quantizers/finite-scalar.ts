/**
 * Finite scalar quantization (Mentzer et al. 2023): each channel is rounded to one of a few levels,
 * and a code is the number that the channels' levels spell. The logistic mapping spreads normally
 * distributed channels evenly over the levels (iFSQ, 2026), so there are no dead codes to revive.
 */

import { constant } from '../../../engine/graph/graph.js'
import type { Value } from '../../../engine/graph/value.js'
import {
  add,
  cast,
  div,
  floor,
  maximum,
  minimum,
  mul,
  reshape,
  round,
  sigmoid,
  stopGradient,
  sub,
  sum,
} from '../../../engine/operations/index.js'
import { tensorOf } from '../../../engine/tensor/tensor.js'
import type { Quantizer } from './quantizer.js'

export interface FiniteScalarOptions {
  /** How many levels each channel has, such as [8, 8, 8, 8] for 4,096 codes. */
  readonly levels: readonly number[]
}

/** The slope at which the logistic function is closest to the normal distribution's. */
const slope = 1.702

const row = (values: readonly number[]): Value => constant(tensorOf('float32', values))

export const finiteScalar = ({ levels }: FiniteScalarOptions): Quantizer => {
  const places = levels.map((_, index) =>
    levels.slice(0, index).reduce((product, count) => product * count, 1),
  )
  const largest = levels.map((count) => count - 1)
  /** Levels 0 … L-1 as numbers from -1 to 1. */
  const spread = (digits: Value) => sub(div(mul(digits, 2), row(largest)), 1)
  return {
    channels: levels.length,
    codes: levels.reduce((product, count) => product * count, 1),
    averages: {},
    quantize(_averages, vectors) {
      const continuous = sub(mul(sigmoid(mul(vectors, slope)), row(levels)), 0.5)
      const digits = minimum(maximum(round(continuous), 0), row(largest))
      // Straight through: the decoder reads the levels, the encoder gets their gradient.
      const straight = add(continuous, stopGradient(sub(digits, continuous)))
      const codes = sum(mul(digits, row(places)), { axes: [1] })
      return { vectors: spread(straight), codes: cast(codes, { to: 'int32' }) }
    },
    lookUp(_averages, codes) {
      const column = reshape(cast(codes, { to: 'float32' }), { shape: [-1, 1] })
      const above = floor(div(add(column, 0.5), row(places)))
      const higher = floor(
        div(add(column, 0.5), row(places.map((place, index) => place * levels[index]!))),
      )
      return spread(sub(above, mul(higher, row(levels))))
    },
  }
}
