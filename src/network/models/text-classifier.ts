/**
 * A Transformer that sorts texts: the blocks of a language model, which see all of a text, pooled to
 * one state, from which an affine head scores the labels. Beside it there may be a wide path of
 * n-grams (wide & deep, Cheng et al. 2016; fastText, Joulin et al. 2016), so that the model can do at
 * least what a linear classifier of n-grams does.
 */

import type { Value } from '../../engine/graph/value.js'
import {
  cast,
  concat,
  div,
  gather,
  greater,
  matmul,
  maximum,
  mul,
  reshape,
  slice,
  sum,
} from '../../engine/operations/index.js'
import { normal, zeros } from '../initializers.js'
import { type AttentionContext, affine } from '../layers/index.js'
import { type Bound, parameter } from '../parameters.js'
import { type LanguageInput, type LanguageModelOptions, languageModel } from './language-model.js'

/** How the states of a text's tokens become one: their mean, or that of the first token. */
export type Pooling = 'mean' | 'first'

export interface TextClassifierOptions {
  /** The network of a language model, whose head is not used. */
  readonly network: LanguageModelOptions
  /** How many labels there are. */
  readonly labels: number
  readonly pooling?: Pooling
  /** The table of hashed n-grams; none when left out. */
  readonly ngrams?: { readonly buckets: number; readonly width: number }
}

export interface TextClassifierInput extends Omit<LanguageInput, 'prefixes'> {
  /** int32 [batch · time]: 1 for tokens of the text, 0 for padding, which nobody sees. */
  readonly documents: Value
  /** Buckets, int32 [batch · grams], and weights, float32 [batch · grams]; 0 where there are fewer. */
  readonly grams?: { readonly ids: Value; readonly weights: Value }
}

export const textClassifier = ({
  network,
  labels,
  pooling = 'mean',
  ngrams,
}: TextClassifierOptions) => {
  const { width } = network
  const reader = languageModel({ ...network, hasTiedHead: true })
  // Labels start out alike: scores of 0, and a first loss of ln(labels).
  const head = affine({ inputs: width + (ngrams?.width ?? 0), outputs: labels, initialize: zeros })
  const parameters = {
    ...reader.parameters,
    output: {
      head: head.parameters,
      grams: ngrams === undefined ? [] : [parameter([ngrams.buckets, ngrams.width], normal(0.02))],
    },
  }

  /** States [batch · time, width] → [batch, width]. */
  const pool = (states: Value, documents: Value, batch: number): Value => {
    const rows = reshape(states, { shape: [batch, -1, width] })
    if (pooling === 'first') {
      return reshape(slice(rows, { axis: 1, start: 0, end: 1 }), { shape: [batch, width] })
    }
    const isText = reshape(cast(greater(documents, 0), { to: 'float32' }), {
      shape: [batch, -1, 1],
    })
    return div(sum(mul(rows, isText), { axes: [1] }), maximum(sum(isText, { axes: [1] }), 1))
  }

  /** The weighted sum of the rows of a text's n-grams, [batch, width of the table]. */
  const sumGrams = (
    table: Value,
    { ids, weights }: { ids: Value; weights: Value },
    batch: number,
  ) => {
    const rows = reshape(gather(table, ids), { shape: [batch, -1, table.shape[1]!] })
    const shares = reshape(weights, { shape: [batch, 1, -1] })
    return reshape(matmul(shares, rows), { shape: [batch, table.shape[1]!] })
  }

  return {
    parameters,

    /** Texts → scores of their labels, [batch, labels]. */
    score(
      values: Bound<typeof parameters>,
      { grams, ...input }: TextClassifierInput,
      { batch, drop }: { batch: number; drop?: AttentionContext['drop'] },
    ): Value {
      const states = reader.read(values, input, {
        batch,
        sight: 'bidirectional',
        ...(drop === undefined ? {} : { drop }),
      })
      const pooled = pool(states, input.documents, batch)
      const [table] = values.output.grams
      const joined =
        table === undefined || grams === undefined
          ? pooled
          : concat(pooled, sumGrams(table, grams, batch), { axis: 1 })
      return head.apply(values.output.head, drop?.(joined) ?? joined)
    },
  }
}

export type TextClassifier = ReturnType<typeof textClassifier>
