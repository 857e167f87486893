/** The judge of data of few classes: a convolutional classifier of pictures. */

import { transpose } from '../../../engine/operations/index.js'
import type { Runtime } from '../../../engine/runtime/runtime.js'
import { likeliestAnswers } from '../../../generation/text-image/readings.js'
import { exemplarClassifier } from '../../../network/models/picture-features.js'
import { fromPixels } from '../../../tokenizers/image/autoencoder.js'
import { adamW } from '../../../training/optimizers/index.js'
import { trainJudge } from './judge.js'

/** A picture, RGB bytes [size, size, 3], and the number of its class. */
export interface LabelledPicture {
  readonly pixels: Uint8Array
  readonly label: number
}

export interface ClassJudge {
  /** The class of each picture. */
  classify(pictures: readonly Uint8Array[]): Promise<number[]>
  close(): Promise<void>
}

export interface ClassJudgeOptions {
  readonly runtime: Runtime
  readonly size: number
  readonly classes: number
  readonly seed: number
  /** Reads a training picture by its number. */
  readonly example: (index: number) => Promise<LabelledPicture>
  /** How many training pictures there are. */
  readonly examples: number
  /** Updates that it learns in. */
  readonly steps?: number
  readonly onProgress: (done: number, total: number) => void
}

/** What reports call it. */
export const judgeName = 'a convolutional classifier, trained on the real training pictures alone'

const filters = [16, 32, 64] as const

export const trainClassJudge = async ({
  size,
  classes,
  example,
  steps = 1200,
  ...options
}: ClassJudgeOptions): Promise<ClassJudge> => {
  const { parameters, apply } = exemplarClassifier({ filters, classes })
  const judge = await trainJudge({
    ...options,
    view: { dtype: 'uint8', shape: [size, size, 3], show: (pixels, place) => place.set(pixels) },
    classifier: {
      parameters,
      apply: (values, pixels) => [
        apply(values, transpose(fromPixels(pixels), { axes: [0, 3, 1, 2] })),
      ],
    },
    ...{ optimizer: adamW({ weightDecay: 0.05 }), learningRate: 3e-3, batch: 64, steps },
    example: async (index) => {
      const { pixels, label } = await example(index)
      return { pixels, answers: [label] }
    },
  })
  return {
    classify: async (pictures) =>
      (await judge.read(pictures)).map((reading) => likeliestAnswers(reading)[0]!),
    close: () => judge.close(),
  }
}
