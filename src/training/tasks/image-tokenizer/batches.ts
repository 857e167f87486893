/**
 * What the networks of an image tokenizer's run are fed: clips, with the frames that judge and critic
 * see of them, or their first frames, and for the judge exemplars, single frames that it learns to tell
 * apart.
 */

import type { Augmentation } from '../../../data/augment.js'
import { readPictureBatch } from '../../../data/batches.js'
import type { PictureCache } from '../../../data/cache.js'
import { createPlan, type PlannedExample } from '../../../data/order/plan.js'
import { spreadOver } from '../../../data/order/spread-over.js'
import { createRandom } from '../../../engine/tensor/random.js'
import { type Tensor, tensorOf } from '../../../engine/tensor/tensor.js'
import type { ImageTokenizerConfig } from '../../../tokenizers/image/config.js'
import { exemplars } from '../../objectives/image-tokenizer.js'
import type { PreparedUpdate } from '../../run.js'
import { describeExamples } from '../examples.js'

export interface TokenizerBatchesOptions {
  readonly config: Pick<ImageTokenizerConfig, 'size' | 'frames'>
  readonly cache: PictureCache
  /** The examples that are trained on. */
  readonly train: readonly number[]
  readonly seed: number
  readonly augmentation: Augmentation
  /** Frames of a clip that judge and critic see, at random. */
  readonly seenFrames: number
  readonly batch: number
  readonly accumulation: number
}

/** What an update is fed, part by part, and which examples that is. */
export type NamedBatches = Required<Pick<PreparedUpdate, 'batches' | 'examples'>>

export interface TokenizerBatches {
  /** Single frames, `pixels` [batch, size · size · 3], and which exemplars they are, `labels`. */
  exemplars(step: number): Promise<NamedBatches>
  /** The clips of a step, counted from 0. */
  clips(step: number): Promise<ClipBatches>
}

export interface ClipBatches {
  /** `pixels` [batch, frames · size · size · 3], and for losses that read them the `seen` frames. */
  whole(readsSeen: boolean): NamedBatches
  /** `pixels` [batch, size · size · 3]. */
  firstFrames(): NamedBatches
}

export const createTokenizerBatches = (options: TokenizerBatchesOptions): TokenizerBatches => {
  const { cache, train, seed, augmentation, seenFrames, batch, accumulation } = options
  const { size, frames } = options.config
  const frameBytes = size * size * 3
  const plan = createPlan({ count: train.length, batchSize: batch * accumulation, seed })
  const exemplarClips = spreadOver(train, exemplars)

  const divide = <Item>(items: readonly Item[]): Item[][] =>
    Array.from({ length: accumulation }, (_, part) => items.slice(part * batch, (part + 1) * batch))

  /** Bytes of planned members of a list of examples, augmented. */
  const pixelsOf = async (planned: readonly PlannedExample[], part: readonly number[]) =>
    (await readPictureBatch(planned, { cache, part, seed, augmentation })).pixels

  const describe = (planned: readonly PlannedExample[], members: readonly number[]) =>
    describeExamples(planned.map(({ index }) => cache.examples[members[index]!]!))

  return {
    async exemplars(step) {
      const random = createRandom(seed, 'exemplars', step)
      const chosen = Array.from({ length: batch * accumulation }, (_, place) => ({
        index: random.integer(exemplarClips.length),
        // Each showing is augmented in its own way.
        epoch: step * batch * accumulation + place,
      }))
      const planned = divide(chosen)
      return {
        batches: await Promise.all(
          planned.map(async (part) => {
            const clips = await pixelsOf(part, exemplarClips)
            const labels = part.map(({ index }) => index)
            // Always the same frame of the same clip.
            const chosen = labels.map((label, place) => place * frames + (label % frames))
            const single = cutOut(clips, chosen, frameBytes)
            return {
              pixels: tensorOf('uint8', single, [part.length, frameBytes]),
              labels: tensorOf('int32', labels),
            }
          }),
        ),
        examples: planned.map((part) => describe(part, exemplarClips)),
      }
    },
    async clips(step) {
      const planned = divide(plan(step))
      const pixels = await Promise.all(planned.map((part) => pixelsOf(part, train)))
      const examples = planned.map((part) => describe(part, train))
      return {
        whole: (readsSeen) => ({
          batches: planned.map((part, place) => ({
            pixels: tensorOf('uint8', pixels[place]!, [part.length, frames * frameBytes]),
            ...(readsSeen && { seen: seenOf(part, { frames, seenFrames, seed }) }),
          })),
          examples,
        }),
        firstFrames: () => ({
          batches: planned.map((part, place) => {
            const chosen = part.map((_, clip) => clip * frames)
            const single = cutOut(pixels[place]!, chosen, frameBytes)
            return { pixels: tensorOf('uint8', single, [part.length, frameBytes]) }
          }),
          examples,
        }),
      }
    },
  }
}

/** The bytes of some of many frames, by their places. */
const cutOut = (pixels: Uint8Array, places: readonly number[], frameBytes: number): Uint8Array => {
  const taken = new Uint8Array(places.length * frameBytes)
  for (const [place, from] of places.entries()) {
    taken.set(pixels.subarray(from * frameBytes, (from + 1) * frameBytes), place * frameBytes)
  }
  return taken
}

/** Which frames of each clip are seen: a row for each frame, with 1 at its place. */
const seenOf = (
  planned: readonly PlannedExample[],
  {
    frames,
    seenFrames,
    seed,
  }: { readonly frames: number; readonly seenFrames: number; readonly seed: number },
): Tensor => {
  const rows = planned.flatMap(({ index, epoch }) => {
    const random = createRandom(seed, 'seen frames', epoch, index)
    const left = Array.from({ length: frames }, (_, frame) => frame)
    return Array.from({ length: seenFrames }, () => {
      const [frame] = left.splice(random.integer(left.length), 1)
      return Array.from({ length: frames }, (_, place) => (place === frame ? 1 : 0))
    })
  })
  return tensorOf('float32', rows.flat(), [planned.length, seenFrames, frames])
}
