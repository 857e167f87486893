/**
 * The Transformer that everything here is: embedding, blocks, norm and a head, over one vocabulary.
 * What the ids mean, which of them may see which, and where they stand is the caller's business.
 */

import type { Value } from '../../engine/graph/value.js'
import { add, gather, matmul, slice } from '../../engine/operations/index.js'
import { normal } from '../initializers.js'
import {
  type Activation,
  type AttentionContext,
  block,
  defineLayer,
  rmsNorm,
} from '../layers/index.js'
import { type Bound, parameter } from '../parameters.js'

export interface TransformerOptions {
  readonly vocabularySize: number
  readonly width: number
  readonly depth: number
  readonly heads: number
  readonly keyValueHeads?: number
  readonly activation?: Activation
  /** Whether the head is the embedding itself. */
  readonly hasTiedHead?: boolean
  /** Learned embeddings of places, added to those of ids; none when left out. */
  readonly places?: number
}

/** A contiguous range of ids, up to but not including `end`. */
export interface IdRange {
  readonly start: number
  readonly end: number
}

/** ids [batch · time] → hidden states of the same rows, [batch · time, width], normalised. */
export const transformer = ({
  hasTiedHead = false,
  places: placeCount = 0,
  ...options
}: TransformerOptions) => {
  const { vocabularySize, width, depth } = options
  const layers = Array.from({ length: depth }, () => block(options))
  const norm = rmsNorm({ width })
  const table = (rows: number) => parameter([rows, width], normal(0.02))
  return defineLayer('transformer', {
    parameters: {
      embedding: table(vocabularySize),
      places: placeCount === 0 ? [] : [table(placeCount)],
      layers: layers.map(({ parameters }) => parameters),
      norm: norm.parameters,
      head: hasTiedHead ? [] : [table(vocabularySize)],
    },
    apply: (
      values,
      ids: Value,
      contextOf: (layer: number) => AttentionContext,
      /** Rows of the table of places, int32 [batch · time]; needed where there is one. */
      places?: Value,
    ): Value => {
      const words = gather(values.embedding, ids)
      const [table] = values.places
      const embedded =
        table === undefined || places === undefined ? words : add(words, gather(table, places))
      const last = layers.reduce(
        (x, layer, index) => layer.apply(values.layers[index]!, x, contextOf(index)),
        embedded,
      )
      return norm.apply(values.norm, last)
    },
  })
}

export type TransformerParameters = ReturnType<typeof transformer>['parameters']

/**
 * Scores of the next ids within a range: hidden states [rows, width] → [rows, size of the range].
 * A place where only picture codes can stand need not be scored against words.
 */
export const scoreIds = (
  { embedding, head: [head = embedding] }: Bound<TransformerParameters>,
  hidden: Value,
  { start, end }: IdRange,
): Value => {
  const isWhole = start === 0 && end === head.shape[0]
  const rows = isWhole ? head : slice(head, { axis: 0, start, end })
  return matmul(hidden, rows, { transposeB: true })
}
