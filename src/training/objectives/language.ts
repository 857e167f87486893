/**
 * The losses of a language model, and the batches they are fed. Text is learned either token by
 * token, each from those before it, or by filling gaps: spans of tokens are masked and each is
 * learned from all others (Devlin et al. 2019; in spans, Joshi et al. 2020). How one model learns
 * both says `prefixed-gaps.ts`.
 */

import { input } from '../../engine/graph/graph.js'
import type { Value } from '../../engine/graph/value.js'
import { gather } from '../../engine/operations/index.js'
import type { Random } from '../../engine/tensor/random.js'
import { tensorOf } from '../../engine/tensor/tensor.js'
import { endsOf, type LanguageConfig } from '../../generation/text/config.js'
import type { LanguageInput, LanguageModel, Sight } from '../../network/models/language-model.js'
import type { Bound } from '../../network/parameters.js'
import type { LossValues } from '../step.js'
import type { Feeds } from '../trainer.js'
import { createDrop } from './dropout.js'
import { weightedFeeds, weightedLoss } from './weighted-labels.js'

/** A row of tokens. One that is shorter than the batch's rows is padded. */
export interface TokenRow {
  readonly ids: ArrayLike<number>
  /**
   * How much the prediction of each token counts. Where that is left out, and beyond its end, a token
   * counts 1, or 0 where it starts a document.
   */
  readonly counts?: ArrayLike<number>
  /** The document of each token, from 1; told by the tokens that part documents when left out. */
  readonly documents?: ArrayLike<number>
  /** 1 for tokens of a prefix that sees itself from both sides. */
  readonly prefixes?: ArrayLike<number>
  /** 1 for tokens that are read as <mask>, and learned as what they are. */
  readonly gaps?: ArrayLike<number>
}

/**
 * The ids that have a meaning for the objectives. A document begins with `bos`, or behind `eos` where
 * there is no `bos`; its tokens see nothing of an earlier one. Without both, rows are one text.
 */
export type LanguageTokens = LanguageConfig['tokens']

export interface LanguageShape {
  readonly batch: number
  /** Tokens that the network reads in a row. */
  readonly time: number
  /** Whether several documents, or padding, may stand in a row. */
  readonly hasDocuments: boolean
  /** The share of what layers add that is dropped while training. */
  readonly dropout?: number
  /** The share of a label that is spread evenly over all tokens. */
  readonly smoothing?: number
}

type Parameters = Bound<LanguageModel['parameters']>

const inputsOf = ({ batch, time, hasDocuments }: LanguageShape, sight: Sight): LanguageInput => {
  const rows = (name: string) => input(name, { dtype: 'int32', shape: [batch * time] })
  return {
    ids: rows('ids'),
    ...(hasDocuments ? { documents: rows('documents') } : {}),
    ...(sight === 'prefix' ? { prefixes: rows('prefixes') } : {}),
  }
}

const readRows = (
  model: LanguageModel,
  parameters: Parameters,
  shape: LanguageShape,
  sight: Sight,
): Value => {
  const rate = shape.dropout ?? 0
  return model.read(parameters, inputsOf(shape, sight), {
    batch: shape.batch,
    sight,
    ...(rate > 0 ? { drop: createDrop(rate) } : {}),
  })
}

/** The loss of the next token, in nats. Feeds: `nextTokenBatch`. */
export const nextTokenLoss = (
  model: LanguageModel,
  parameters: Parameters,
  shape: LanguageShape,
  sight: 'causal' | 'prefix' = 'causal',
): LossValues =>
  weightedLoss(model.score(parameters, readRows(model, parameters, shape, sight)), {
    smoothing: shape.smoothing ?? 0,
  })

/** How many tokens of a row are masked: a fixed number, so that only they need to be scored. */
export const maskedCount = ({ time }: Pick<LanguageShape, 'time'>, share: number): number =>
  Math.max(1, Math.round(share * time))

/** The loss of masked tokens, in nats. Feeds: `maskedSpansBatch`. */
export const maskedSpansLoss = (
  model: LanguageModel,
  parameters: Parameters,
  shape: LanguageShape,
  share: number,
): LossValues => {
  const states = readRows(model, parameters, shape, 'bidirectional')
  const count = shape.batch * maskedCount(shape, share)
  const rows = input('rows', { dtype: 'int32', shape: [count] })
  return weightedLoss(model.score(parameters, gather(states, rows)))
}

/** Whether a token of a row starts a document behind another one. */
const createStartFinder = (tokens: LanguageTokens) => {
  const ends = endsOf({ tokens })
  return (ids: ArrayLike<number>, token: number): boolean =>
    token > 0 &&
    (tokens.bos === undefined ? ends.includes(ids[token - 1]!) : ids[token] === tokens.bos)
}

/**
 * For each token the document it belongs to, counted from 1 in its row; 0 for padding, which is told
 * by its place: text may have the same id.
 */
const documentsOf = (
  rows: readonly TokenRow[],
  time: number,
  tokens: LanguageTokens,
): Int32Array => {
  const documents = new Int32Array(rows.length * time)
  const isStart = createStartFinder(tokens)
  rows.forEach(({ ids, documents: known }, index) => {
    let document = 1
    for (let token = 0; token < Math.min(time, ids.length); token++) {
      if (isStart(ids, token)) document++
      documents[index * time + token] = known?.[token] ?? document
    }
  })
  return documents
}

/** The first `time` tokens of each row, padded. */
const paddedIds = (rows: readonly TokenRow[], time: number, pad: number): Int32Array => {
  const ids = new Int32Array(rows.length * time).fill(pad)
  rows.forEach((row, index) => {
    const count = Math.min(time, row.ids.length)
    for (let token = 0; token < count; token++) ids[index * time + token] = row.ids[token]!
  })
  return ids
}

/**
 * The feeds of `nextTokenLoss`, of rows of up to time + 1 tokens. What starts a document is nothing
 * that could be predicted from the one before it, and does not count.
 */
export const nextTokenBatch = (
  rows: readonly TokenRow[],
  { time, hasDocuments }: LanguageShape,
  tokens: LanguageTokens,
  sight: 'causal' | 'prefix' = 'causal',
): Feeds => {
  const { pad, mask } = tokens
  const ends = endsOf({ tokens })
  const isStart = createStartFinder(tokens)
  const ids = paddedIds(rows, time, pad)
  const labels = new Int32Array(ids.length).fill(pad)
  const weights = new Float32Array(ids.length)
  const prefixes = new Int32Array(ids.length)
  const documents = documentsOf(rows, time, tokens)
  rows.forEach(({ ids: row, counts, prefixes: seen, gaps }, index) => {
    const start = index * time
    for (let token = 0; token < Math.min(time, row.length - 1); token++) {
      const label = row[token + 1]!
      labels[start + token] = label
      // A token may both start texts and end them, which is to be learned.
      const isLearned = ends.includes(label) || !isStart(row, token + 1)
      weights[start + token] = counts?.[token + 1] ?? (isLearned ? 1 : 0)
    }
    for (let token = 0; token < Math.min(time, row.length); token++) {
      prefixes[start + token] = seen?.[token] ?? 0
      // Gaps are made where a model has the token.
      if (gaps?.[token] === 1) ids[start + token] = mask!
    }
  })
  return {
    ids: tensorOf('int32', ids),
    ...(hasDocuments ? { documents: tensorOf('int32', documents) } : {}),
    ...(sight === 'prefix' ? { prefixes: tensorOf('int32', prefixes) } : {}),
    ...weightedFeeds(labels, weights),
  }
}

export interface MaskingOptions {
  /** The share of tokens that are masked. */
  readonly share: number
  /** The mean length of the spans; their lengths are 1 to twice as many less one. */
  readonly span: number
}

/** Places of a row that are masked, in order: spans that do not touch what may not be masked. */
export const chooseSpans = (
  isMaskable: readonly boolean[],
  count: number,
  span: number,
  random: Random,
): number[] => {
  const chosen = new Set<number>()
  const free = isMaskable.flatMap((is, place) => (is ? [place] : []))
  const wanted = Math.min(count, free.length)
  while (chosen.size < wanted) {
    const start = free[random.integer(free.length)]!
    const length = 1 + random.integer(2 * span - 1)
    for (let place = start; place < start + length && chosen.size < wanted; place++) {
      if (isMaskable[place] === true) chosen.add(place)
    }
  }
  return [...chosen].sort((a, b) => a - b)
}

export interface MaskedBatchOptions extends MaskingOptions {
  /** Whether a masked token is read at the token before it, as the next one is, and not at its place. */
  readonly readsBefore?: boolean
}

/**
 * Tells which tokens of a row may be masked: not what starts a document, and where a gap is read at
 * the token before it, only what has one before it in its document.
 */
export const createMaskableFinder = (
  tokens: LanguageTokens,
  { readsBefore }: { readonly readsBefore: boolean },
) => {
  const isStart = createStartFinder(tokens)
  return (ids: ArrayLike<number>, token: number): boolean =>
    token < ids.length &&
    ids[token] !== tokens.bos &&
    !(readsBefore && (token === 0 || isStart(ids, token)))
}

/**
 * The feeds of `maskedSpansLoss`: each masked token is replaced by <mask>, so that the text keeps
 * its length. Rows with too few tokens to mask have places that do not count.
 */
export const maskedSpansBatch = (
  rows: readonly TokenRow[],
  shape: LanguageShape,
  tokens: LanguageTokens & { readonly mask: number },
  { share, span, readsBefore = false }: MaskedBatchOptions,
  random: Random,
): Feeds => {
  const { time, hasDocuments } = shape
  const { pad, mask } = tokens
  const mayMask = createMaskableFinder(tokens, { readsBefore })
  const ids = paddedIds(rows, time, pad)
  const documents = documentsOf(rows, time, tokens)
  const count = maskedCount(shape, share)
  const places = new Int32Array(rows.length * count)
  const labels = new Int32Array(places.length)
  const weights = new Float32Array(places.length)
  rows.forEach((row, index) => {
    const own = ids.slice(index * time, (index + 1) * time)
    const isMaskable = Array.from(own, (_, token) => mayMask(row.ids, token))
    chooseSpans(isMaskable, count, span, random).forEach((token, slot) => {
      places[index * count + slot] = index * time + token - (readsBefore ? 1 : 0)
      labels[index * count + slot] = own[token]!
      weights[index * count + slot] = 1
      ids[index * time + token] = mask
    })
  })
  return {
    ids: tensorOf('int32', ids),
    ...(hasDocuments ? { documents: tensorOf('int32', documents) } : {}),
    rows: tensorOf('int32', places),
    ...weightedFeeds(labels, weights),
  }
}
