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
import { createPrefixer } from '../objectives/prefixed-gaps.js'
import type { Feeds } from '../trainer.js'
import { type TuningOptions, tuneParameters } from '../tuning.js'

/** To continue texts, or to fill gaps in them. */
export type LanguageSkill = 'next' | 'fill'

/** What a step learns: one of them, or both in one row. */
export type LanguageObjective = LanguageSkill | 'both'

export interface LanguageObjectivesOptions {
  readonly config: LanguageConfig
  /** Rows of a batch, and tokens that the network reads in each. */
  readonly batch: number
  readonly time: number
  /** Whether several documents, or padding, may stand in a row. */
  readonly hasDocuments: boolean
  readonly masking: MaskingOptions
  /** Where both are learned: the chance that a row begins with a prefix with gaps. */
  readonly prefixChance?: number
  readonly seed: number
  readonly tuning: TuningOptions
}

export const createLanguageObjectives = ({
  config,
  masking,
  prefixChance: chance = 0,
  seed,
  tuning,
  ...rows
}: LanguageObjectivesOptions) => {
  const model = languageModelOf(config)
  const { tokens, readsGapsBefore: readsBefore = false } = config
  const withPrefix = createPrefixer(tokens, { ...masking, chance, time: rows.time })
  const sightOf = (objective: LanguageObjective) =>
    objective === 'both' || config.prefixes === 'bidirectional' ? 'prefix' : 'causal'

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
        objective === 'fill'
          ? maskedSpansLoss(model, values, shape, masking.share)
          : nextTokenLoss(model, values, shape, sightOf(objective))
      return { loss, trained }
    },

    /** The feeds for a batch of rows; gaps are elsewhere at another place. */
    feeds(objective: LanguageObjective, members: readonly TokenRow[], place: number): Feeds {
      const random = createRandom(seed, 'mask', place)
      if (objective === 'fill') {
        // A model that fills gaps has the token, as its configuration is made for it.
        const withMask = { ...tokens, mask: tokens.mask! }
        return maskedSpansBatch(members, rows, withMask, { ...masking, readsBefore }, random)
      }
      const read = objective === 'both' ? members.map((row) => withPrefix(row, random)) : members
      return nextTokenBatch(read, rows, tokens, sightOf(objective))
    },
  }
}

export type LanguageObjectives = ReturnType<typeof createLanguageObjectives>
