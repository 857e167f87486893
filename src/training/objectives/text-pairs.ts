/**
 * The loss of an encoder-decoder that writes targets from sources, and the batches it is fed. Each
 * token of a target is learned from the source and from the tokens before it.
 */

import { input } from '../../engine/graph/graph.js'
import { tensorOf } from '../../engine/tensor/tensor.js'
import type { EncoderDecoder } from '../../network/models/encoder-decoder.js'
import type { Bound } from '../../network/parameters.js'
import type { LossValues } from '../step.js'
import type { Feeds } from '../trainer.js'
import { createDrop } from './dropout.js'
import { weightedFeeds, weightedLoss } from './weighted-labels.js'

/** A source and its target, the target with the token that ends it. */
export interface PairIds {
  readonly source: readonly number[]
  readonly target: readonly number[]
}

export interface PairShape {
  readonly batch: number
  /** Tokens of a source and of a target. */
  readonly sourceTime: number
  readonly targetTime: number
  /** The share of what layers add that is dropped while training. */
  readonly dropout: number
  /** The share of a label that is spread evenly over all tokens. */
  readonly smoothing: number
}

/** The loss of target tokens, in nats. Feeds: `pairBatch`, and `dropoutFeeds`. */
export const pairLoss = (
  model: EncoderDecoder,
  values: Bound<EncoderDecoder['parameters']>,
  { batch, sourceTime, targetTime, dropout, smoothing }: PairShape,
): LossValues => {
  const rows = (name: string, time: number) =>
    input(name, { dtype: 'int32', shape: [batch * time] })
  const options = { batch, ...(dropout > 0 ? { drop: createDrop(dropout) } : {}) }
  const memory = model.encode(values, rows('sources', sourceTime), options)
  const states = model.read(values, rows('targets', targetTime), memory, options)
  return weightedLoss(model.score(values, states), { smoothing })
}

/** The feeds of `pairLoss`; places of a batch without a pair do not count. */
export const pairBatch = (
  pairs: readonly PairIds[],
  { batch, sourceTime, targetTime }: Omit<PairShape, 'dropout' | 'smoothing'>,
  { pad, start }: { readonly pad: number; readonly start: number },
): Feeds => {
  const sources = new Int32Array(batch * sourceTime).fill(pad)
  const targets = new Int32Array(batch * targetTime).fill(pad)
  const labels = new Int32Array(batch * targetTime).fill(pad)
  const weights = new Float32Array(batch * targetTime)
  for (const [row, { source, target }] of pairs.entries()) {
    sources.set(source.slice(0, sourceTime), row * sourceTime)
    const own = target.slice(0, targetTime)
    targets.set([start, ...own.slice(0, -1)], row * targetTime)
    labels.set(own, row * targetTime)
    weights.fill(1, row * targetTime, row * targetTime + own.length)
  }
  return {
    sources: tensorOf('int32', sources),
    targets: tensorOf('int32', targets),
    ...weightedFeeds(labels, weights),
  }
}
