/**
 * A Transformer that classifies texts: the blocks of a language model, which see all of a text, pooled to
 * one state, from which an affine head scores the labels. Or the language model as it is, which
 * writes the label after the text.
 */

import type { Value } from '../../engine/graph/value.js'
import {
  cast,
  div,
  greater,
  maximum,
  mul,
  reshape,
  slice,
  sum,
} from '../../engine/operations/index.js'
import { zeros } from '../initializers.js'
import { type AttentionContext, affine } from '../layers/index.js'
import type { Bound } from '../parameters.js'
import { type LanguageInput, type LanguageModelOptions, languageModel } from './language-model.js'

/** How the states of a text's tokens become one: their mean, or that of the first token. */
export type Pooling = 'mean' | 'first'

export interface TextClassifierOptions {
  /** The network of a language model, whose head is not used. */
  readonly network: LanguageModelOptions
  /** How many labels there are. */
  readonly labels: number
  readonly pooling?: Pooling
  /** Whether labels are written as tokens: there is no head for them, and `reader` does all. */
  readonly writesLabels?: boolean
}

export interface TextClassifierInput extends Omit<LanguageInput, 'prefixes'> {
  /** int32 [batch · time]: 1 for tokens of the text, 0 for padding, which nobody sees. */
  readonly documents: Value
}

export const textClassifier = ({
  network,
  labels,
  pooling = 'mean',
  writesLabels = false,
}: TextClassifierOptions) => {
  const { width } = network
  const reader = languageModel(writesLabels ? network : { ...network, hasTiedHead: true })
  // Labels start out alike: scores of 0, and a first loss of ln(labels).
  const head = affine({ inputs: width, outputs: labels, initialize: zeros })
  const output: { head?: typeof head.parameters } = writesLabels ? {} : { head: head.parameters }
  const parameters = { ...reader.parameters, output }

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

  return {
    parameters,
    /** The language model, with the same parameters. */
    reader,

    /** Texts → scores of their labels, [batch, labels]. */
    score(
      values: Bound<typeof parameters>,
      input: TextClassifierInput,
      { batch, drop }: { batch: number; drop?: AttentionContext['drop'] },
    ): Value {
      const states = reader.read(values, input, {
        batch,
        sight: 'bidirectional',
        ...(drop === undefined ? {} : { drop }),
      })
      const pooled = pool(states, input.documents, batch)
      return head.apply(values.output.head!, drop?.(pooled) ?? pooled)
    },
  }
}

export type TextClassifier = ReturnType<typeof textClassifier>
