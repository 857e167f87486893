/**
 * The losses of a model of words and pictures, and the batches they are fed. A drawing is learned
 * either code by code (each from those before it) or in parallel (masked codes from all others,
 * Chang et al. 2022). Some of the codes that the model reads are replaced at random: it must not
 * trust them too much, for when it draws they are its own. Of a clip whose codes are filled in
 * parallel, the first frame is sometimes given, so that a model can go on from one.
 */

import { input } from '../../engine/graph/graph.js'
import type { Random } from '../../engine/tensor/random.js'
import { tensorOf } from '../../engine/tensor/tensor.js'
import { firstCodesOf } from '../../network/models/clip-grid.js'
import type { Layout, ReadOptions, TextImage } from '../../network/models/text-image.js'
import type { Bound } from '../../network/parameters.js'
import { captionIds, promptIds } from '../../tokenizers/sequences.js'
import { specialId, type Vocabulary } from '../../tokenizers/vocabulary.js'
import type { LossValues } from '../step.js'
import type { Feeds } from '../trainer.js'
import { weightedFeeds, weightedLoss } from './weighted-labels.js'

/** A picture as codes counted from 0, and words about it as ids. */
export interface TextImageExample {
  readonly words: readonly number[]
  readonly codes: ArrayLike<number>
}

export interface DrawingOptions {
  /** Whether codes are filled in parallel rather than one after another. */
  readonly isParallel: boolean
  /** Each picture's share of replaced codes is drawn evenly from 0 to this. */
  readonly corruption: number
  /** The share of pictures that are learned without their words, for guidance. */
  readonly conditionDropout: number
  /** In parallel: the share of clips whose first frame is given, and all others asked for. */
  readonly continuedShare?: number
  /** How much a code of a later frame counts beside one of the first; 1 when left out. */
  readonly followingWeight?: number
}

export interface BatchContext {
  readonly vocabulary: Vocabulary
  readonly layout: Layout
  readonly random: Random
}

/** The loss of words to picture, in nats a code. Feeds: `drawingBatch`. */
export const drawingLoss = (
  model: TextImage,
  parameters: Bound<TextImage['parameters']>,
  { isParallel, ...read }: ReadOptions & { isParallel: boolean },
): LossValues => {
  const shape = [read.batch * model.drawingLength(read.frames)]
  const ids = input('ids', { dtype: 'int32', shape })
  const scores = model.scoreDrawing(parameters, ids, { ...read, isParallel })
  return weightedLoss(scores)
}

/** The loss of picture to words, in nats a piece. Feeds: `captionBatch`. */
export const captionLoss = (
  model: TextImage,
  parameters: Bound<TextImage['parameters']>,
  read: ReadOptions,
): LossValues => {
  const shape = [read.batch * model.captionLength(read.frames)]
  const ids = input('ids', { dtype: 'int32', shape })
  const scores = model.scoreCaption(parameters, ids, read)
  return weightedLoss(scores)
}

const feedsOf = (
  ids: readonly number[],
  labels: readonly number[],
  weights: readonly number[],
): Feeds => ({ ids: tensorOf('int32', ids), ...weightedFeeds(labels, weights) })

/** Codes as the model is to read them: a share of them replaced by others at random. */
const corrupt = (
  codes: ArrayLike<number>,
  { vocabulary: { image }, random }: BatchContext,
  largestShare: number,
): { ids: number[]; isReplaced: boolean[] } => {
  const share = random.uniform() * largestShare
  const isReplaced = Array.from(codes, () => random.uniform() < share)
  const ids = Array.from(codes, (code, place) =>
    isReplaced[place] ? image.start + random.integer(image.end - image.start) : image.start + code,
  )
  return { ids, isReplaced }
}

/** Which codes are hidden: a share of cos(π u / 2), u evenly spread, and at least one. */
const chooseMasked = (count: number, random: Random): boolean[] => {
  const masked = Math.max(1, Math.round(count * Math.cos((Math.PI / 2) * random.uniform())))
  const isMasked = Array.from({ length: count }, (_, place) => place < masked)
  for (let place = count - 1; place > 0; place--) {
    const other = random.integer(place + 1)
    ;[isMasked[place], isMasked[other]] = [isMasked[other]!, isMasked[place]!]
  }
  return isMasked
}

/** The feeds of `drawingLoss`; examples with the codes of a first frame alone are pictures. */
export const drawingBatch = (
  examples: readonly TextImageExample[],
  context: BatchContext,
  options: DrawingOptions,
): Feeds => {
  const { isParallel, corruption, conditionDropout } = options
  const { continuedShare = 0, followingWeight = 1 } = options
  const { layout, random } = context
  const first = firstCodesOf(layout)
  const ids: number[] = []
  const labels: number[] = []
  const weights: number[] = []
  for (const { words, codes } of examples) {
    const isDropped = random.uniform() < conditionDropout
    const canContinue = isParallel && codes.length > first
    const given = canContinue && random.uniform() < continuedShare ? first : 0
    const { ids: read, isReplaced } = corrupt(codes, context, corruption)
    const isMasked = isParallel ? chooseMasked(codes.length - given, random) : []
    ids.push(...promptIds(isDropped ? [] : words, layout))
    read.forEach((id, place) => {
      const isHidden = place >= given && isMasked[place - given]
      ids.push(isHidden ? specialId('<mask>') : id)
      labels.push(codes[place]!)
      const isAsked = place >= given && (!isParallel || isHidden || isReplaced[place])
      weights.push(isAsked ? (place < first ? 1 : followingWeight) : 0)
    })
  }
  return feedsOf(ids, labels, weights)
}

/** The feeds of `captionLoss`. */
export const captionBatch = (
  examples: readonly TextImageExample[],
  context: BatchContext,
  { corruption }: { corruption: number },
): Feeds => {
  const captions = examples.map(({ words, codes }) =>
    captionIds(corrupt(codes, context, corruption).ids, words, context.layout),
  )
  return feedsOf(
    captions.flatMap(({ ids }) => ids),
    captions.flatMap(({ labels }) => labels),
    captions.flatMap(({ weights }) => weights),
  )
}
