/**
 * A run that trains a tokenizer of pictures or clips: first the judge whose features the perceptual
 * term needs, then encoder and decoder, of clips on their first frames before the rest, and late the
 * decoder alone with a critic.
 */

import type { Augmentation } from '../../../data/augment.js'
import type { PictureCache } from '../../../data/cache.js'
import type { Media } from '../../../data/media/media.js'
import { measuredMembers, type Split } from '../../../data/split.js'
import { whileOpen } from '../../../engine/runtime/while-open.js'
import type { Tensor } from '../../../engine/tensor/tensor.js'
import { initializeParameters } from '../../../network/parameters.js'
import { codesOfClip } from '../../../tokenizers/image/clip-layout.js'
import { autoencoderOf, type ImageTokenizerConfig } from '../../../tokenizers/image/config.js'
import {
  createImageTokenizer,
  type ImageTokenizer,
} from '../../../tokenizers/image/image-tokenizer.js'
import { imageTokenizerObjective } from '../../objectives/image-tokenizer.js'
import type { ReconstructionWeights } from '../../objectives/reconstruction.js'
import { adamW } from '../../optimizers/adamw.js'
import type { PreparedStep, RunTask } from '../../run.js'
import { decayOfAverage } from '../../step.js'
import { createTrainer, type Trainer, type TrainingTask } from '../../trainer.js'
import type { TaskOptions } from '../task-options.js'
import { createTokenizerBatches } from './batches.js'
import { type Learner, type Phases, planPhases } from './phases.js'
import { watchReconstructions } from './reconstructions.js'

export interface ImageTokenizerTaskOptions extends TaskOptions {
  readonly media: Media
  readonly config: ImageTokenizerConfig
  readonly cache: PictureCache
  readonly split: Split
  readonly augmentation: Augmentation
  readonly weights: ReconstructionWeights
  /** Frames of a clip that judge and critic see, at random; all where a clip has no more. */
  readonly seenFrames: number
  readonly steps: number
  /** Share of the run in which first frames of clips are learned, before whole clips are. */
  readonly stillShare: number
  /** Share of the run after which the critic is heard; 1 leaves it out. */
  readonly criticStart: number
}

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

export const createImageTokenizerTask = async (
  options: ImageTokenizerTaskOptions,
): Promise<RunTask> => {
  const { runtime, media, config, cache, split, batch, accumulation, averageDecay } = options
  const { frames } = config
  const seenFrames = Math.min(options.seenFrames, frames)
  const phases = planPhases({ ...options, stillShare: frames === 1 ? 0 : options.stillShare })
  const batches = createTokenizerBatches({ ...options, seenFrames, train: split.train })
  const members = measuredMembers(split)
  const reconstructions = await watchReconstructions({ media, config, cache, members })
  const trainer = await createTokenizerTrainer(options, phases, seenFrames)

  /** Whether a loss looks at single frames of clips: that of a tokenizer only through the judge. */
  const readsSeen = (learner: Learner) =>
    seenFrames < frames && (phases.hasJudge || learner !== 'tokenizer')

  /** Frames that the network can draw after a step. */
  const framesAt = (step: number) => (phases.isBeforeClips(step) ? 1 : frames)

  const withTokenizer = async <Result>(
    use: (tokenizer: ImageTokenizer) => Promise<Result>,
  ): Promise<Result> => {
    const tensors = tokenizerTensors(await trainer.averaged())
    return whileOpen(createImageTokenizer({ runtime, config, tensors }), use)
  }

  return {
    trainer,
    async prepare(step): Promise<PreparedStep> {
      if (phases.isForJudge(step)) {
        return { updates: [{ task: 'judge', ...(await batches.exemplars(step)) }], tokens: 0 }
      }
      const clips = await batches.clips(step - 1)
      const isOfStills = phases.isBeforeClips(step)
      return {
        updates: phases.turnsOf(step).map(({ learner, learningRateFactor, age }) => ({
          task: learner,
          ...(isOfStills ? clips.firstFrames() : clips.whole(readsSeen(learner))),
          averageDecay: decayOfAverage(averageDecay, age),
          learningRateFactor,
        })),
        tokens: batch * accumulation * codesOfClip(config, isOfStills ? 1 : frames),
      }
    },
    async evaluate(step) {
      const seen = framesAt(step)
      const measures = await withTokenizer((one) => reconstructions.measure(one, seen))
      // First frames say nothing about clips, so a score of theirs would not compare.
      return { measures, ...(seen === frames && { score: -measures.psnrDb! }) }
    },
    async sample(step) {
      const seen = framesAt(step)
      return { reconstructions: await withTokenizer((one) => reconstructions.sheet(one, seen)) }
    },
  }
}

/** The trainer of the tokenizer, and of those that judge it as far as they have a phase. */
const createTokenizerTrainer = (
  options: ImageTokenizerTaskOptions,
  { hasJudge, hasStills, hasCritic }: Phases,
  seenFrames: number,
): Promise<Trainer> => {
  const { runtime, config, weights, seed, batch, accumulation, optimizer, clipNorm } = options
  const hasAverage = options.averageDecay > 0
  const autoencoder = autoencoderOf(config)
  const given = { batch, weights, hasAverage, smoothsLate: hasCritic }
  const objective = imageTokenizerObjective(autoencoder, { ...given, seenFrames })
  const { reconstruction, refinement, criticism, discrimination, tree } = objective
  const ofStills = imageTokenizerObjective(autoencoder, { ...given, frames: 1, seenFrames: 1 })
  const task = (
    name: Learner | 'judge',
    { trained, loss }: ReturnType<typeof reconstruction>,
    step: Omit<TrainingTask['step'], 'trained'>,
  ): TrainingTask => ({ name, loss, step: { ...step, trained } })
  const drawing = { optimizer, clipNorm, hasAverage }
  const judging = { optimizer: adamW({ betas: [0.9, 0.99], weightDecay: 0.01 }), clipNorm: 1 }
  // Adversaries move fast; long memory of gradients makes them chase each other (Radford et al. 2016).
  const arguing = { optimizer: adamW({ betas: [0.5, 0.9], weightDecay: 0 }), clipNorm: 1 }
  return createTrainer({
    runtime,
    accumulation,
    tasks: [
      ...(hasStills ? [task('stills', ofStills.reconstruction(), drawing)] : []),
      task('tokenizer', reconstruction(), drawing),
      ...(hasJudge ? [task('judge', discrimination(), judging)] : []),
      ...(hasCritic
        ? [task('critic', criticism(), arguing), task('refinement', refinement(), drawing)]
        : []),
    ],
    tensors: initializeParameters(tree, { seed }),
    ...(options.restored === undefined ? {} : { restored: options.restored }),
  })
}
