/** What a language model learns, by its configuration: the losses and what they are fed. */

import { createRandom } from '../../engine/tensor/random.js'
import { type LanguageConfig, languageModelOf } from '../../generation/text/config.js'
import {
  type LanguageShape,
  type MaskingOptions,
  maskedSpansBatch,
  maskedSpansLoss,
  nextTokenBatch,
  nextTokenLoss,
  type TokenRow,
} from '../objectives/language.js'
import type { Feeds } from '../trainer.js'
import { type TuningOptions, tuneParameters } from '../tuning.js'

/** To continue texts, or to fill gaps in them. */
export type LanguageObjective = 'next' | 'fill'

export interface LanguageObjectivesOptions {
  readonly config: LanguageConfig
  /** Rows of a batch, and tokens that the network reads in each. */
  readonly batch: number
  readonly time: number
  /** Whether several documents, or padding, may stand in a row. */
  readonly hasDocuments: boolean
  readonly masking: MaskingOptions
  readonly seed: number
  readonly tuning: TuningOptions
}

export const createLanguageObjectives = ({
  config,
  masking,
  seed,
  tuning,
  ...rows
}: LanguageObjectivesOptions) => {
  const model = languageModelOf(config)
  const { tokens } = config
  const sight = config.prefixes === 'bidirectional' ? 'prefix' : 'causal'

  return {
    model,
    batch: rows.batch,

    /** The loss, and what it trains. Feeds: `feeds`, and those of dropout where there is any. */
    loss(
      objective: LanguageObjective,
      softening: Pick<LanguageShape, 'dropout' | 'smoothing'> = {},
    ) {
      const shape: LanguageShape = { ...rows, ...softening }
      const { values, trained } = tuneParameters(model.parameters, tuning)
      const loss =
        objective === 'next'
          ? nextTokenLoss(model, values, shape, sight)
          : maskedSpansLoss(model, values, shape, masking.share)
      return { loss, trained }
    },

    /** The feeds for a batch of rows; gaps are elsewhere at another place. */
    feeds: (objective: LanguageObjective, members: readonly TokenRow[], place: number): Feeds =>
      objective === 'next'
        ? nextTokenBatch(members, rows, tokens, sight)
        : maskedSpansBatch(
            members,
            rows,
            // A model that fills gaps has the token, as its configuration is made for it.
            { ...tokens, mask: tokens.mask! },
            masking,
            createRandom(seed, 'mask', place),
          ),
  }
}

export type LanguageObjectives = ReturnType<typeof createLanguageObjectives>
