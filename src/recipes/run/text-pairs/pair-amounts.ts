/** How much the rows of a recipe that writes texts from texts are. */

import { bucketOf, bucketsOf } from '../../../training/tasks/text-pairs/pair-buckets.js'
import type { TextPairsRecipe } from '../../tasks/text-pairs.js'
import {
  type CountEnvironment,
  type RowLengths,
  spreadRows,
  type TextAmounts,
  tokenizerFor,
} from '../text-amounts.js'
import { createPairEncoder, type EncodedPair } from './encode-pairs.js'
import { type PairData, preparePairData } from './pair-data.js'
import { newPairConfig, textsOfPairs } from './start-text-pairs.js'
import { packPairs } from './text-pairs.js'

export const countPairs = async (
  recipe: TextPairsRecipe,
  environment: CountEnvironment,
): Promise<TextAmounts> => {
  const data = await preparePairData(recipe.data, { seed: recipe.seed, environment })
  const part = spreadPairs(data)
  const text = await tokenizerFor(recipe, textsOfPairs(part, recipe), environment)
  const config = newPairConfig(recipe, text)
  const encoder = createPairEncoder(text, config)
  const pairs = encoder.encode(part, 'training')
  /** Rows of all for each row of the part. */
  const scale = data.training.length / part.training.length
  const { network } = config
  const packed =
    network.kind === 'decoder-only'
      ? packPairs(
          { training: pairs, validation: [] },
          { context: network.context, isPacked: recipe.objective.packed },
        )
      : undefined
  return {
    found: {
      unit: 'rows',
      training: data.training.length,
      validation: data.validation.length,
      leftOut: data.faults.count + Math.round(encoder.counts.withoutAnswer * scale),
    },
    examples: Math.round((packed?.training ?? pairs).length * scale),
    vocabulary: text.vocabularySize,
    lengths:
      packed === undefined ? lengthsOf(pairs) : [{ mean: packed.time, longest: packed.time }],
  }
}

/** Some of the rows to train on, where there are many. */
const spreadPairs = (data: PairData): PairData =>
  data.content === 'texts'
    ? { ...data, training: spreadRows(data.training, ({ source, target }) => source + target) }
    : {
        ...data,
        training: spreadRows(data.training, ({ question, passage }) => question + passage),
      }

/** Of sources and of targets, in rows with room for all that are read together. */
const lengthsOf = (pairs: readonly EncodedPair[]): RowLengths[] => {
  const buckets = bucketsOf(pairs)
  const used = pairs.map((pair) => buckets[bucketOf(pair, buckets)]!)
  return (['sourceTime', 'targetTime'] as const).map((key) => ({
    mean: used.reduce((sum, bucket) => sum + bucket[key] / used.length, 0),
    longest: buckets.at(-1)?.[key] ?? 0,
  }))
}
