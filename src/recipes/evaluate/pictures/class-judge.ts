/** The judge of data of few classes: a convolutional classifier of pictures. */

import type { Runtime } from '../../../engine/runtime/runtime.js'
import { exemplarClassifier } from '../../../network/models/picture-features.js'
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
  classes,
  example,
  ...options
}: ClassJudgeOptions): Promise<ClassJudge> => {
  const judge = await trainJudge({
    ...options,
    questions: [classes],
    classifier: exemplarClassifier({ filters, classes }),
    example: async (index) => {
      const { pixels, label } = await example(index)
      return { pixels, answers: [label] }
    },
  })
  return {
    classify: async (pictures) => (await judge.read(pictures)).map(([found]) => found!),
    close: () => judge.close(),
  }
}
