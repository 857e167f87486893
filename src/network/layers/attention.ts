/**
 * Multi-head attention (Vaswani et al. 2017) with normalised queries and keys (Henry et al. 2020)
 * and rotary positions (Su et al. 2021). What may look at what is said by the caller's mask.
 */

import type { Value } from '../../engine/graph/value.js'
import {
  attention as attend,
  matmul,
  reshape,
  rmsNorm,
  rotary,
  rotaryAt,
  split,
  transpose,
} from '../../engine/operations/index.js'
import { fanIn, ones, zeros } from '../initializers.js'
import { type Parameter, parameter } from '../parameters.js'
import { defineLayer } from './layer.js'
import { addBias } from './mlp.js'

export interface AttentionOptions {
  readonly width: number
  readonly heads: number
  /** Heads of keys and values, each shared by heads / keyValueHeads queries; as many when left out. */
  readonly keyValueHeads?: number
  /** The size of a head; width / heads when left out. */
  readonly headWidth?: number
  /** Whether queries and keys are scaled to unit root mean square, so that scores stay bounded. */
  readonly hasQueryKeyNorm?: boolean
  /** Whether something is added after each product. */
  readonly hasBias?: boolean
}

/** The angles of rotary positions: cosines and sines, both [time, head width / 2]. */
export interface RotaryAngles {
  readonly cosines: Value
  readonly sines: Value
  /** The row of each token, int [batch, time]; the tokens' own places when left out. */
  readonly places?: Value
}

/** Keys and values of one layer, both [batch, key-value heads, time, head width]. */
export interface KeysAndValues {
  readonly keys: Value
  readonly values: Value
}

/** What a mask adds to a score that is not to count: far below all, and finite in float32 sums. */
export const unseen = -1e9

/** What a decoder of an encoder-decoder knows of the input. */
export interface Memory {
  /** The encoder's states, [batch · length, width], or the keys and values that a layer made of them. */
  readonly source: { readonly states: Value } | KeysAndValues
  /** Added to the scores, broadcast to [batch, heads, queries, length]. */
  readonly mask?: Value
}

export interface AttentionContext {
  readonly batch: number
  readonly angles?: RotaryAngles
  /** Angles of the queries, where they scale them as well as turn them; `angles` when left out. */
  readonly queryAngles?: RotaryAngles
  /**
   * Added to the scores, broadcast to [batch, heads, queries, keys]: 0, or `unseen` or less. All
   * layers of a network share one value; each would carry a large constant of its own otherwise.
   */
  readonly mask?: Value
  /** Drops a random share of what a layer adds to its residual, while training. */
  readonly drop?: (x: Value) => Value
  /** What the other attention of a block with a memory looks at. */
  readonly memory?: Memory
  /** Shows a decoder the new keys and values. */
  readonly observe?: (fresh: KeysAndValues) => void
  /** Attends for a decoder, to its cache as well; takes the place of the mask. */
  readonly withCache?: (queries: Value, fresh: KeysAndValues) => Value
}

/** Self-attention: [batch · time, width] → the same. */
export const attention = ({
  width,
  heads,
  keyValueHeads = heads,
  headWidth = width / heads,
  hasQueryKeyNorm = true,
  hasBias = false,
}: AttentionOptions) => {
  const groups = heads + 2 * keyValueHeads
  const scale = () => parameter([headWidth], ones)
  const scales: { queryScale?: Parameter; keyScale?: Parameter } = hasQueryKeyNorm
    ? { queryScale: scale(), keyScale: scale() }
    : {}
  const biases: { inputBias?: Parameter; outputBias?: Parameter } = hasBias
    ? { inputBias: parameter([groups * headWidth]), outputBias: parameter([width]) }
    : {}
  return defineLayer('attention', {
    parameters: {
      input: parameter([width, groups * headWidth], fanIn()),
      ...scales,
      output: parameter([heads * headWidth, width], zeros),
      ...biases,
    },
    apply: (
      { input, queryScale, keyScale, output, inputBias, outputBias },
      x: Value,
      { batch, angles, queryAngles = angles, mask, observe, withCache }: AttentionContext,
    ) => {
      const time = x.shape[0]! / batch
      const product = addBias(matmul(x, input), inputBias)
      const projected = reshape(product, { shape: [batch, time, groups, headWidth] })
      const byHead = transpose(projected, { axes: [0, 2, 1, 3] })
      const [rawQueries, rawKeys, values] = split(byHead, {
        axis: 1,
        sizes: [heads, keyValueHeads, keyValueHeads],
      })
      const place = (
        heads: Value,
        scale: Value | undefined,
        angles: RotaryAngles | undefined,
      ): Value => {
        const normalized = scale === undefined ? heads : rmsNorm(heads, scale)
        if (angles === undefined) return normalized
        const { cosines, sines, places } = angles
        return places === undefined
          ? rotary(normalized, cosines, sines)
          : rotaryAt(normalized, places, cosines, sines)
      }
      const queries = place(rawQueries, queryScale, queryAngles)
      const keys = place(rawKeys, keyScale, angles)
      observe?.({ keys, values })
      const attended =
        withCache === undefined
          ? attend(queries, keys, values, mask === undefined ? {} : { mask })
          : withCache(queries, { keys, values })
      const rows = reshape(transpose(attended, { axes: [0, 2, 1, 3] }), {
        shape: [batch * time, heads * headWidth],
      })
      return addBias(matmul(rows, output), outputBias)
    },
  })
}
