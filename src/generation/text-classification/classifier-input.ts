/**
 * What a classifier of texts is fed, in training and at work: rows of tokens. Rows of numbers have a
 * token for each column, with the number beside it.
 */

import { readNumbers } from '../../data/text/number-columns.js'
import { input } from '../../engine/graph/graph.js'
import { type Tensor, tensorOf } from '../../engine/tensor/tensor.js'
import type { TextClassifierInput } from '../../network/models/text-classifier.js'
import type { TextTokenizer } from '../../tokenizers/text/index.js'
import { surround } from '../text/surround.js'
import type { TextClassificationConfig } from './config.js'

/** A text's tokens; a negative id is one that was dropped, and is masked. */
export type TextIds = readonly number[]

/** A text as a model reads it. */
export interface ReadText {
  readonly ids: TextIds
  /** Of a row of numbers: how large they are, at the places of their ids; 0 at other places. */
  readonly numbers?: readonly number[]
}

export interface ClassifierShape {
  readonly batch: number
  /** Tokens of a row; shorter ones are padded. */
  readonly time: number
}

/** The id of a table's first column; those of the others follow. */
export const firstColumnId = (tokenizer: TextTokenizer): number => tokenizer.vocabularySize

/**
 * A text as the model reads it, and whether its end did not fit into the context. Throws DataError
 * where the model reads rows of numbers and the text is none.
 */
export const readText = (
  text: string,
  tokenizer: TextTokenizer,
  config: TextClassificationConfig,
): ReadText & { readonly isCut: boolean } => {
  const { tokens, network, columns } = config
  if (columns !== undefined) {
    const start = tokens.bos === undefined ? [] : [tokens.bos]
    const numbers = readNumbers(text, columns)
    const first = firstColumnId(tokenizer)
    return {
      ids: [...start, ...columns.map((_, column) => first + column)],
      numbers: [...start.map(() => 0), ...numbers],
      isCut: false,
    }
  }
  const ids = tokenizer.encode(text)
  const room = Math.max(0, network.context - marksOf(tokenizer, config))
  return { ids: around(ids.slice(0, room), tokenizer, config), isCut: ids.length > room }
}

/** A text that a label follows is not over yet: what ends it is part of the label's tokens. */
const around = (
  ids: readonly number[],
  tokenizer: TextTokenizer,
  config: TextClassificationConfig,
): readonly number[] => {
  const { tokens, labelTokens } = config
  if (labelTokens === undefined) return surround(ids, tokenizer, config)
  return tokens.bos === undefined ? ids : [tokens.bos, ...ids]
}

/** Tokens of the context that are no text: those around it, and the longest label after it. */
export const marksOf = (tokenizer: TextTokenizer, config: TextClassificationConfig): number =>
  labelRoomOf(config) + around([], tokenizer, config).length

/** Tokens of the longest label that are read after a text: all but its last one. */
export const labelRoomOf = ({
  labelTokens,
}: Pick<TextClassificationConfig, 'labelTokens'>): number =>
  labelTokens === undefined ? 0 : Math.max(...labelTokens.ids.map(({ length }) => length - 1))

/** The inputs of a graph. Feeds: `classifierFeeds`. */
export const classifierInput = (
  { batch, time }: ClassifierShape,
  { columns }: Pick<TextClassificationConfig, 'columns'>,
): TextClassifierInput => {
  const shape = [batch * time]
  const rows = (name: string) => input(name, { dtype: 'int32', shape })
  return {
    ids: rows('ids'),
    documents: rows('documents'),
    ...(columns === undefined ? {} : { numbers: input('numbers', { dtype: 'float32', shape }) }),
  }
}

/** The feeds of texts; rows without a text are padding alone. */
export const classifierFeeds = (
  texts: readonly ReadText[],
  { batch, time }: ClassifierShape,
  { tokens: { pad, mask = pad }, columns }: Pick<TextClassificationConfig, 'tokens' | 'columns'>,
): Record<string, Tensor> => {
  const ids = new Int32Array(batch * time).fill(pad)
  const documents = new Int32Array(batch * time)
  const sizes = new Float32Array(batch * time)
  for (const [row, { ids: own, numbers }] of texts.entries()) {
    for (let token = 0; token < Math.min(time, own.length); token++) {
      const id = own[token]!
      const place = row * time + token
      ids[place] = id < 0 ? mask : id
      documents[place] = 1
      // Of a number that is masked nothing may show.
      sizes[place] = id < 0 ? 0 : (numbers?.[token] ?? 0)
    }
  }
  return {
    ids: tensorOf('int32', ids),
    documents: tensorOf('int32', documents),
    ...(columns === undefined ? {} : { numbers: tensorOf('float32', sizes) }),
  }
}
