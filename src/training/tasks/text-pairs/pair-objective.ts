/** What an encoder-decoder learns from pairs of texts, and what it is fed, in rows of any lengths. */

import type { EncoderDecoder } from '../../../network/models/encoder-decoder.js'
import { type PairIds, type PairShape, pairBatch, pairLoss } from '../../objectives/text-pairs.js'
import type { Feeds } from '../../trainer.js'
import { type TuningOptions, tuneParameters } from '../../tuning.js'
import type { PairBucket } from './pair-buckets.js'

export interface PairObjectiveOptions {
  readonly model: EncoderDecoder
  /** The token with which targets begin. */
  readonly begin: number
  readonly tuning: TuningOptions
  /** Pairs of a batch. */
  readonly batch: number
}

export const createPairObjective = ({ model, begin, tuning, batch }: PairObjectiveOptions) => ({
  batch,

  /** The loss, and what it trains. Feeds: `feeds`, and those of dropout where there is any. */
  loss(
    bucket: PairBucket,
    { dropout, smoothing }: Pick<PairShape, 'dropout' | 'smoothing'> = { dropout: 0, smoothing: 0 },
  ) {
    const { values, trained } = tuneParameters(model.parameters, tuning)
    const loss = pairLoss(model, values, { batch, ...bucket, dropout, smoothing })
    return { loss, trained }
  },

  /** The feeds for a batch of pairs, or of fewer, that fit into the bucket. */
  feeds: (pairs: readonly PairIds[], bucket: PairBucket): Feeds =>
    pairBatch(pairs, { batch, ...bucket }, { pad: model.options.pad, start: begin }),
})

export type PairObjective = ReturnType<typeof createPairObjective>
