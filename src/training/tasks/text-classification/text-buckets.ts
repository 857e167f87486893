/** Which texts of a classifier are read together: those that fit into rows of the same length. */

import { rowLengths } from '../../../data/order/bucket-plan.js'
import {
  labelRoomOf,
  type ReadText,
} from '../../../generation/text-classification/classifier-input.js'
import type { TextClassificationConfig } from '../../../generation/text-classification/config.js'

export interface TextBuckets {
  /** The length of each bucket's rows, the shortest first. */
  readonly lengths: readonly number[]
  /** The tokens of each text, with those of the longest label where it is written. */
  readonly sizes: readonly number[]
  /** The bucket of each text. */
  readonly buckets: readonly number[]
}

export const bucketTexts = (
  texts: readonly ReadText[],
  config: TextClassificationConfig,
): TextBuckets => {
  const room = labelRoomOf(config)
  const sizes = texts.map(({ ids }) => ids.length + room)
  const lengths = [...new Set(rowLengths(sizes, config.network.context))]
  return { lengths, sizes, buckets: sizes.map((size) => lengths.findIndex((one) => one >= size)) }
}
