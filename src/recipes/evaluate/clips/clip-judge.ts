/**
 * A judge of clips, trained on real ones alone: it looks at each frame by itself, answers by it what
 * each frame tells, and by all of them together what only movement does.
 */

import type { PictureCache } from '../../../data/cache.js'
import type { Question } from '../../../data/question.js'
import type { Runtime } from '../../../engine/runtime/runtime.js'
import { likeliestAnswers } from '../../../generation/text-image/readings.js'
import { attributeClassifier } from '../../../network/models/attribute-classifier.js'
import { muon } from '../../../training/optimizers/index.js'
import type { Progress } from '../../run/environment.js'
import type { Measures } from '../measures.js'
import { type JudgeReading, trainJudge } from '../pictures/judge.js'
import { answersOf, sharesRight } from './asked-clips.js'
import { cellsOfFrame, colourBins, colourCells } from './colour-cells.js'
import { disturb } from './disturb.js'

export interface ClipJudge {
  /** How clips are read, against what is true of them, and how steady the readings of frames are. */
  measure(clips: readonly Uint8Array[], truths: readonly (readonly number[])[]): Promise<Measures>
  close(): Promise<void>
}

export interface ClipJudgeOptions {
  readonly runtime: Runtime
  readonly cache: PictureCache
  /** The examples that it learns from. */
  readonly members: readonly number[]
  readonly questions: readonly Question[]
  readonly seed: number
  /** Updates that it learns in. */
  readonly steps?: number
  readonly onProgress: Progress
}

/** Real clips, what their codes keep of them, and what is true of them. */
export interface JudgedReals {
  readonly reals: readonly Uint8Array[]
  readonly kept: readonly Uint8Array[]
  readonly truths: readonly (readonly number[])[]
}

/** How real clips are read: what no drawing can surpass, and how far the judge itself is right. */
export const measureReals = async (
  judge: ClipJudge,
  { reals, kept, truths }: JudgedReals,
): Promise<{ readonly ceiling: Measures; readonly judge: Measures }> => ({
  ceiling: await judge.measure(kept, truths),
  judge: await judge.measure(reals, truths),
})

/** What reports call it. */
export const clipJudgeName =
  'a classifier of the colours in the cells of frames, trained on real training clips alone'

const usualSteps = 2400

export const trainClipJudge = async (options: ClipJudgeOptions): Promise<ClipJudge> => {
  const { runtime, cache, questions, seed, steps = usualSteps, onProgress } = options
  const { size, frames = 1, examples } = cache
  const members = options.members.filter(
    (one) => answersOf(questions, examples[one]!) !== undefined,
  )
  const shape = { frames, size }
  const judge = await trainJudge({
    ...{ runtime, seed, steps },
    view: {
      ...{ dtype: 'float32', shape: [frames, cellsOfFrame, colourBins] },
      show: (pixels, random) =>
        colourCells(random === undefined ? pixels : disturb(pixels, shape, random), shape),
    },
    classifier: attributeClassifier({
      ...{ frames, cells: cellsOfFrame, colours: colourBins },
      questions: questions.map(({ answers, isInFrames }) => ({
        ...{ answers: answers.length, isInFrames },
      })),
    }),
    ...{ optimizer: muon({ weightDecay: 0.05 }), learningRate: 6e-3, dropout: 0.2, batch: 16 },
    examples: members.length,
    example: async (member) => ({
      pixels: (await cache.picture(members[member]!)).data,
      answers: answersOf(questions, examples[members[member]!]!)!,
    }),
    onProgress: (done, total) => onProgress('judge of clips', done, total),
  })
  const isSteadyKnown = frames > 1 && questions.some(({ isInFrames }) => isInFrames)

  return {
    async measure(clips, truths) {
      const readings = await judge.read(clips)
      const shares = sharesRight(questions, truths, readings.map(answersOfClip))
      if (!isSteadyKnown) return shares
      const steady = readings.filter(isSteady).length
      return { ...shares, consistency: steady / clips.length }
    },
    close: () => judge.close(),
  }
}

/** The likeliest answer to each question, where the frames that are asked count alike. */
const answersOfClip = (reading: JudgeReading): number[] =>
  likeliestAnswers(
    reading.map((asked) =>
      asked[0]!.map((_, answer) => asked.reduce((sum, scores) => sum + scores[answer]!, 0)),
    ),
  )

/** Whether all frames that are asked a question answer it alike. */
const isSteady = (reading: JudgeReading): boolean =>
  reading.every((asked) => new Set(likeliestAnswers(asked)).size === 1)
