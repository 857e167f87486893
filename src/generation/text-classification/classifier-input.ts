/** What a classifier of texts is fed, in training and at work: rows of tokens. */

import { input } from '../../engine/graph/graph.js'
import { type Tensor, tensorOf } from '../../engine/tensor/tensor.js'
import type { TextClassifierInput } from '../../network/models/text-classifier.js'
import type { TextTokenizer } from '../../tokenizers/text/index.js'
import type { TextClassificationConfig } from './config.js'

/** A text's tokens; a negative id is one that was dropped, and is masked. */
export type TextIds = readonly number[]

export interface ClassifierShape {
  readonly batch: number
  /** Tokens of a row; shorter ones are padded. */
  readonly time: number
}

/** A text as the model reads it, and whether its end did not fit into the context. */
export const readText = (
  text: string,
  tokenizer: TextTokenizer,
  { tokens: { bos }, network: { context } }: Pick<TextClassificationConfig, 'tokens' | 'network'>,
): { ids: number[]; isCut: boolean } => {
  const ids = [...(bos === undefined ? [] : [bos]), ...tokenizer.encode(text)]
  return { ids: ids.slice(0, context), isCut: ids.length > context }
}

/** The inputs of a graph. Feeds: `classifierFeeds`. */
export const classifierInput = ({ batch, time }: ClassifierShape): TextClassifierInput => {
  const rows = (name: string) => input(name, { dtype: 'int32', shape: [batch * time] })
  return { ids: rows('ids'), documents: rows('documents') }
}

/** The feeds of texts; rows without a text are padding alone. */
export const classifierFeeds = (
  texts: readonly TextIds[],
  { batch, time }: ClassifierShape,
  { tokens: { pad, mask = pad } }: Pick<TextClassificationConfig, 'tokens'>,
): Record<string, Tensor> => {
  const ids = new Int32Array(batch * time).fill(pad)
  const documents = new Int32Array(batch * time)
  texts.forEach((text, row) => {
    for (let token = 0; token < Math.min(time, text.length); token++) {
      const id = text[token]!
      ids[row * time + token] = id < 0 ? mask : id
      documents[row * time + token] = 1
    }
  })
  return { ids: tensorOf('int32', ids), documents: tensorOf('int32', documents) }
}
