/**
 * A run that trains a tokenizer of pictures or clips: first the judge whose features the perceptual
 * term needs, then encoder and decoder, and late the decoder alone with a critic.
 */

import type { Augmentation } from '../../data/augment.js'
import { readPictureBatch } from '../../data/batches.js'
import type { PictureCache } from '../../data/cache.js'
import { drawContactSheet } from '../../data/contact-sheet.js'
import type { Media } from '../../data/media.js'
import { createPlan, type PlannedExample } from '../../data/plan.js'
import type { Split } from '../../data/split.js'
import type { Runtime } from '../../engine/runtime/runtime.js'
import { whileOpen } from '../../engine/runtime/while-open.js'
import { createRandom } from '../../engine/tensor/random.js'
import { type Tensor, tensorOf } from '../../engine/tensor/tensor.js'
import { initializeParameters } from '../../network/parameters.js'
import { codesOfClip } from '../../tokenizers/image/clip-layout.js'
import { autoencoderOf, type ImageTokenizerConfig } from '../../tokenizers/image/config.js'
import { createImageTokenizer } from '../../tokenizers/image/image-tokenizer.js'
import { clipQuality } from '../metrics/clip-quality.js'
import { codeHealth } from '../metrics/code-health.js'
import {
  exemplars,
  imageTokenizerObjective,
  type ReconstructionWeights,
} from '../objectives/image-tokenizer.js'
import { adamW } from '../optimizers/adamw.js'
import type { Optimizer } from '../optimizers/optimizer.js'
import type { PreparedStep, PreparedUpdate, RunTask } from '../run.js'
import { createTrainer } from '../trainer.js'
import { describeExamples, spreadOver } from './examples.js'

export interface ImageTokenizerTaskOptions {
  readonly runtime: Runtime
  readonly media: Media
  readonly config: ImageTokenizerConfig
  readonly cache: PictureCache
  readonly split: Split
  readonly seed: number
  readonly augmentation: Augmentation
  readonly weights: ReconstructionWeights
  /** Frames of a clip that judge and critic see, at random; all where a clip has no more. */
  readonly seenFrames: number
  readonly optimizer: Optimizer
  readonly clipNorm: number
  readonly averageDecay: number
  readonly batch: number
  readonly accumulation: number
  readonly steps: number
  /** Share of the run after which the critic is heard; 1 leaves it out. */
  readonly criticStart: number
  /** A saved state to go on from. */
  readonly restored?: Readonly<Record<string, Tensor>>
}

/** Share of the run in which the judge learns, and how many steps it needs where the run has them. */
const judgeShare = 0.05
const judgeSteps = 200
const largestJudgeShare = 0.2

/** Share of the run in which the critic learns before it is heard. */
const criticLead = 0.02

/** Steps over which the learning rate rises when a network begins to learn in mid-run. */
const rampSteps = 100
const largestRampShare = 0.05

/** Held-out pictures and clips that are measured, and those that are shown. */
const measured = { pictures: 512, clips: 128 }
const shown = { pictures: 32, clips: 12 }

const tokenizerPrefix = 'tokenizer.'

/** The tokenizer's own tensors, as its model folder holds them. */
export const tokenizerTensors = (
  tensors: Readonly<Record<string, Tensor>>,
): Record<string, Tensor> =>
  Object.fromEntries(
    Object.entries(tensors).flatMap(([name, tensor]) =>
      name.startsWith(tokenizerPrefix) ? [[name.slice(tokenizerPrefix.length), tensor]] : [],
    ),
  )

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

/** What an update is fed, part by part, and which examples that is. */
type NamedBatches = Pick<PreparedUpdate, 'batches'> & { readonly examples: readonly string[] }

export const createImageTokenizerTask = async (
  options: ImageTokenizerTaskOptions,
): Promise<RunTask> => {
  const { runtime, media, config, cache, split, seed, augmentation, batch, accumulation } = options
  const { optimizer, clipNorm, averageDecay, steps } = options
  const { size, frames } = config
  const frameBytes = size * size * 3
  const pixelCount = frames * frameBytes
  const codeCount = codesOfClip(config, frames)
  const seenFrames = Math.min(options.seenFrames, frames)
  const hasAverage = averageDecay > 0
  const criticBegin = Math.round(options.criticStart * steps)
  const hasCritic = options.weights.adversarial > 0 && criticBegin < steps
  const objective = imageTokenizerObjective(autoencoderOf(config), {
    batch,
    seenFrames,
    weights: options.weights,
    hasAverage,
    smoothsLate: hasCritic,
  })
  const criticHeard = criticBegin + Math.round(criticLead * steps)
  const hasJudge = options.weights.perceptual > 0
  const judgeEnd = hasJudge
    ? Math.round(Math.min(Math.max(judgeSteps, judgeShare * steps), largestJudgeShare * steps))
    : 0
  const ramp = Math.max(1, Math.min(rampSteps, Math.round(largestRampShare * steps)))
  // Without a judge the tokenizer starts with the run, whose schedule has a ramp of its own.
  const tokenizerBegin = hasJudge ? judgeEnd : -ramp

  const { reconstruction, refinement, criticism, discrimination } = objective
  const learner = { optimizer, clipNorm }
  const task = (
    name: string,
    { trained, loss }: ReturnType<typeof reconstruction>,
    step: { optimizer: Optimizer; clipNorm: number; hasAverage?: boolean },
  ) => ({ name, loss, step: { ...step, trained } })
  const judging = { optimizer: adamW({ betas: [0.9, 0.99], weightDecay: 0.01 }), clipNorm: 1 }
  // Adversaries move fast; long memory of gradients makes them chase each other (Radford et al. 2016).
  const arguing = { optimizer: adamW({ betas: [0.5, 0.9], weightDecay: 0 }), clipNorm: 1 }
  const trainer = await createTrainer({
    runtime,
    accumulation,
    tasks: [
      task('tokenizer', reconstruction(), { ...learner, hasAverage }),
      ...(hasJudge ? [task('judge', discrimination(), judging)] : []),
      ...(hasCritic
        ? [
            task('critic', criticism(), arguing),
            task('refinement', refinement(), { ...learner, hasAverage }),
          ]
        : []),
    ],
    tensors: initializeParameters(objective.tree, { seed }),
    ...(options.restored === undefined ? {} : { restored: options.restored }),
  })

  const pixelsOf = async (planned: readonly PlannedExample[], part: readonly number[]) => {
    const { pixels } = await readPictureBatch(planned, { cache, part, seed, augmentation })
    return tensorOf('uint8', pixels, [planned.length, pixelCount])
  }
  /** Which frames of each clip are seen: a row for each frame, with 1 at its place. */
  const seenOf = (planned: readonly PlannedExample[]) => {
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
  const hasSeen = (name: string) => seenFrames < frames && (hasJudge || name !== 'tokenizer')
  const plan = createPlan({ count: split.train.length, batchSize: batch * accumulation, seed })
  const parts = <Item>(items: readonly Item[]) =>
    Array.from({ length: accumulation }, (_, part) => items.slice(part * batch, (part + 1) * batch))
  const describe = (planned: readonly PlannedExample[], members: readonly number[]) =>
    describeExamples(planned.map(({ index }) => cache.examples[members[index]!]!))
  const clipBatches = async (step: number) => {
    const planned = parts(plan(step))
    const pixels = await Promise.all(planned.map((part) => pixelsOf(part, split.train)))
    const examples = planned.map((part) => describe(part, split.train))
    return (name: string): NamedBatches => ({
      batches: planned.map((part, place) => ({
        pixels: pixels[place]!,
        ...(hasSeen(name) && { seen: seenOf(part) }),
      })),
      examples,
    })
  }
  const exemplarPictures = spreadOver(split.train, exemplars)
  /** One frame of each clip, always the same of the same. */
  const exemplarFrames = (planned: readonly PlannedExample[], { data }: Tensor) => {
    const chosen = new Uint8Array(planned.length * frameBytes)
    for (const [place, { index }] of planned.entries()) {
      const start = place * pixelCount + (index % frames) * frameBytes
      chosen.set((data as Uint8Array).subarray(start, start + frameBytes), place * frameBytes)
    }
    return tensorOf('uint8', chosen, [planned.length, frameBytes])
  }
  const exemplarBatches = async (step: number): Promise<NamedBatches> => {
    const random = createRandom(seed, 'exemplars', step)
    const chosen = Array.from({ length: batch * accumulation }, (_, place) => ({
      index: random.integer(exemplarPictures.length),
      // Each showing is augmented in its own way.
      epoch: step * batch * accumulation + place,
    }))
    const planned = parts(chosen)
    return {
      batches: await Promise.all(
        planned.map(async (part) => ({
          pixels: exemplarFrames(part, await pixelsOf(part, exemplarPictures)),
          labels: tensorOf(
            'int32',
            part.map(({ index }) => index),
          ),
        })),
      ),
      examples: planned.map((part) => describe(part, exemplarPictures)),
    }
  }

  const kind = frames > 1 ? 'clips' : 'pictures'
  const heldOut = spreadOver(split.heldOut.length > 0 ? split.heldOut : split.train, measured[kind])
  const originals = new Uint8Array(heldOut.length * pixelCount)
  for (const [place, index] of heldOut.entries()) {
    originals.set((await cache.picture(index)).data, place * pixelCount)
  }

  const withTokenizer = async <Result>(
    use: (tokenizer: Awaited<ReturnType<typeof createImageTokenizer>>) => Promise<Result>,
  ): Promise<Result> => {
    const tensors = tokenizerTensors(await trainer.averaged())
    return whileOpen(createImageTokenizer({ runtime, config, tensors }), use)
  }
  const clipAt = (pixels: Uint8Array, place: number) => ({
    picture: {
      width: size,
      height: size * frames,
      channels: 3 as const,
      data: pixels.subarray(place * pixelCount, (place + 1) * pixelCount),
      frames,
    },
  })

  return {
    trainer,
    async prepare(step): Promise<PreparedStep> {
      if (step <= judgeEnd) {
        return { updates: [{ task: 'judge', ...(await exemplarBatches(step)) }], tokens: 0 }
      }
      const batchesFor = await clipBatches(step - 1)
      const tokens = batch * accumulation * codeCount
      const update = (name: string, begin: number) => ({
        task: name,
        ...batchesFor(name),
        averageDecay,
        learningRateFactor: Math.min(1, (step - begin) / ramp),
      })
      if (!hasCritic || step <= criticBegin) {
        return { updates: [update('tokenizer', tokenizerBegin)], tokens }
      }
      const isHeard = step > criticHeard
      const drawing = isHeard
        ? update('refinement', criticHeard)
        : update('tokenizer', tokenizerBegin)
      return { updates: [update('critic', criticBegin), drawing], tokens }
    },
    evaluate: () =>
      withTokenizer(async (tokenizer) => {
        const codes = await tokenizer.encode(originals, { frames })
        const drawn = await tokenizer.decode(codes, { frames })
        const quality = clipQuality(originals, drawn, { frames, size })
        const measures = {
          psnrDb: mean(quality.psnrDb),
          ssim: mean(quality.ssim),
          ...(frames > 1 && {
            psnrFirstDb: quality.psnrDb[0]!,
            psnrLastDb: quality.psnrDb.at(-1)!,
            flicker: quality.flicker,
            originalFlicker: quality.originalFlicker,
          }),
          ...codeHealth(codes, tokenizer.codes),
        }
        return { measures, score: -measures.psnrDb }
      }),
    sample: () =>
      withTokenizer(async (tokenizer) => {
        const count = Math.min(shown[kind], heldOut.length)
        const pixels = originals.subarray(0, count * pixelCount)
        const drawn = await tokenizer.decode(await tokenizer.encode(pixels, { frames }), { frames })
        const cells = Array.from({ length: count }, (_, place) => [
          clipAt(pixels, place),
          clipAt(drawn, place),
        ]).flat()
        const sheet = await drawContactSheet(cells, { media, pictureSize: 96 })
        return { reconstructions: await media.encodePng(sheet) }
      }),
  }
}
