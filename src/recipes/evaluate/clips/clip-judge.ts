/**
 * A judge of clips, trained on real ones alone. One classifier looks at a single frame and answers what
 * each frame tells, another at all of them and answers what only movement does. Frames of as many clips
 * as possible make a better classifier than all frames of a few.
 */

import { type PictureCache, readFrame } from '../../../data/cache.js'
import { framesOf } from '../../../data/media/media.js'
import type { Question } from '../../../data/question.js'
import { orClose } from '../../../engine/runtime/or-close.js'
import type { Runtime } from '../../../engine/runtime/runtime.js'
import { likeliestAnswers } from '../../../generation/text-image/readings.js'
import { attributeClassifier } from '../../../network/models/attribute-classifier.js'
import { muon } from '../../../training/optimizers/index.js'
import type { Progress } from '../../run/environment.js'
import type { Measures } from '../measures.js'
import { type Judge, type JudgeReading, trainJudge } from '../pictures/judge.js'
import { answersOf, sharesRight } from './asked-clips.js'
import { cellsOfFrame, colourBins, colourCells } from './colour-cells.js'
import { disturb } from './disturb.js'

/** What is read of a clip. */
export interface ClipReading {
  /** To each question. */
  readonly answers: readonly number[]
  /** For each frame what it says to each question about frames. */
  readonly frames: readonly (readonly FrameAnswer[])[]
}

export interface FrameAnswer {
  readonly answer: number
  /** How sure of it the judge is, from 0 to 1. */
  readonly probability: number
}

export interface ClipJudge {
  read(clips: readonly Uint8Array[]): Promise<ClipReading[]>
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

/** What reports call it. */
export const clipJudgeName =
  'classifiers of the colours in the cells of frames, trained on real training clips alone'

/** Frames that an update sees. */
const framesSeen = 128
/** How probable an answer of a frame has to be to count among those that are sure. */
const sureProbability = 0.95

/** A classifier of single frames, or of whole clips, for some of the questions. */
interface Look {
  readonly name: string
  readonly frames: number
  readonly questions: readonly Question[]
  /** Numbers that remain of a frame for each question. */
  readonly frameWidth: number
  readonly steps: number
}

export const trainClipJudge = async (options: ClipJudgeOptions): Promise<ClipJudge> => {
  const { cache, questions } = options
  const { frames: all = 1 } = cache
  const asksFrames = ({ isInFrames }: Question): boolean => all > 1 && isInFrames
  const ofFrames = await trainLook(options, {
    ...{ name: 'judge of frames', frames: 1, frameWidth: 256, steps: 3000 },
    questions: questions.filter(asksFrames),
  })
  const ofClips = await orClose(ofFrames, () =>
    trainLook(options, {
      ...{ name: 'judge of clips', frames: all, frameWidth: 128, steps: 1000 },
      questions: questions.filter((question) => !asksFrames(question)),
    }),
  )
  return {
    async read(clips) {
      const wholes = await ofClips.read(clips)
      const singles = await ofFrames.read(clips.flatMap((pixels) => pixelsOfFrames(pixels, cache)))
      return clips.map((_, clip) => {
        const whole = likeliestAnswers(wholes[clip]!)
        const frames = singles.slice(clip * all, (clip + 1) * all)
        const together = answersTogether(frames)
        return {
          answers: questions.map((question) => (asksFrames(question) ? together : whole).shift()!),
          frames: frames.map(answersOfFrame),
        }
      })
    },
    async close() {
      await ofClips.close()
      await ofFrames.close()
    },
  }
}

/** The pixels of each frame. */
const pixelsOfFrames = (data: Uint8Array, { size, frames = 1 }: PictureCache): Uint8Array[] =>
  framesOf({ width: size, height: size * frames, channels: 3, data, frames }).map(
    (frame) => frame.data,
  )

const trainLook = async (
  { runtime, cache, members, questions: known, seed, steps, onProgress }: ClipJudgeOptions,
  { name, frames, questions, frameWidth, steps: usualSteps }: Look,
): Promise<Judge> => {
  if (questions.length === 0) {
    return { read: async (clips) => clips.map(() => []), close: async () => {} }
  }
  const { size, frames: all = 1, examples } = cache
  const shape = { frames, size }
  const answerable = members.filter((one) => answersOf(known, examples[one]!) !== undefined)
  return trainJudge({
    ...{ runtime, seed, steps: steps ?? usualSteps },
    view: {
      ...{ dtype: 'float32', shape: [frames, cellsOfFrame, colourBins] },
      show: (pixels, place, random) => {
        const shown = random === undefined ? pixels : disturb(pixels, shape, random)
        place.set(colourCells(shown, shape))
      },
    },
    classifier: attributeClassifier({
      ...{ frames, cells: cellsOfFrame, colours: colourBins, cellWidth: 24, frameWidth },
      answers: questions.map(({ answers }) => answers.length),
    }),
    ...{ optimizer: muon({ weightDecay: 0.05 }), learningRate: 4e-3, dropout: 0.2 },
    ...{ batch: Math.ceil(framesSeen / frames), examples: answerable.length },
    example: async (place, random) => {
      const member = answerable[place]!
      const shown =
        frames < all ? readFrame(cache, member, random.integer(all)) : cache.picture(member)
      return { pixels: (await shown).data, answers: answersOf(questions, examples[member]!)! }
    },
    onProgress: (done, total) => onProgress(name, done, total),
  })
}

/** The likeliest answer to each question of frames that count alike. */
const answersTogether = (frames: readonly JudgeReading[]): number[] =>
  likeliestAnswers(
    (frames[0] ?? []).map((answers, question) =>
      answers.map((_, answer) => frames.reduce((sum, own) => sum + own[question]![answer]!, 0)),
    ),
  )

const answersOfFrame = (frame: JudgeReading): FrameAnswer[] =>
  frame.map((scores) => {
    const best = Math.max(...scores)
    return { answer: scores.indexOf(best), probability: Math.exp(best) }
  })

/** How clips are read, against what is true of them. */
export const measureReadings = (
  questions: readonly Question[],
  truths: readonly (readonly number[])[],
  readings: readonly ClipReading[],
): Measures => {
  const shares = sharesRight(
    questions,
    truths,
    readings.map(({ answers }) => answers),
  )
  const asked = readings.flatMap(({ frames }) => frames.flat())
  if (asked.length === 0) return shares
  const sure = asked.filter(({ probability }) => probability >= sureProbability)
  return {
    ...shares,
    ...measureSteadiness(readings.map(({ frames }) => frames)),
    sureShare: sure.length / asked.length,
  }
}

/** The shares of clips of which all frames, and all that are sure, answer alike. */
const measureSteadiness = (clips: readonly ClipReading['frames'][]) => {
  const shareSteady = (least: number): number => {
    const isSteady = (frames: ClipReading['frames']): boolean =>
      frames[0]!.every((_, question) => {
        const said = frames.map((answers) => answers[question]!)
        const counting = said.filter(({ probability }) => probability >= least)
        return new Set(counting.map(({ answer }) => answer)).size <= 1
      })
    return clips.filter(isSteady).length / clips.length
  }
  return { consistency: shareSteady(0), sureConsistency: shareSteady(sureProbability) }
}

/** Real clips, what their codes keep of them, and what is true of them. */
export interface JudgedReals {
  readonly reals: readonly Uint8Array[]
  readonly kept: readonly Uint8Array[]
  readonly questions: readonly Question[]
  readonly truths: readonly (readonly number[])[]
}

/**
 * How real clips are read: what no drawing can surpass, how far the judge itself is right, and how often
 * it overlooks that a clip ends with the frames of another.
 */
export const measureReals = async (
  judge: ClipJudge,
  { reals, kept, questions, truths }: JudgedReals,
): Promise<{ readonly ceiling: Measures; readonly judge: Measures }> => {
  const ceiling = measureReadings(questions, truths, await judge.read(kept))
  const readings = await judge.read(reals)
  const own = measureReadings(questions, truths, readings)
  if (own.consistency === undefined) return { ceiling, judge: own }
  const mixed = readings.map(({ frames }, clip) => {
    const half = Math.ceil(frames.length / 2)
    const other = readings[(clip + 1) % readings.length]!
    return [...frames.slice(0, half), ...other.frames.slice(half)]
  })
  return { ceiling, judge: { ...own, mixed: measureSteadiness(mixed) } }
}
