/**
 * Two judges of clips, trained on real ones alone: one sees all frames of a clip together and answers
 * every question, the other sees single frames and answers what each of them tells.
 */

import type { PictureCache } from '../../../data/cache.js'
import { framesOf } from '../../../data/media/media.js'
import type { Question } from '../../../data/question.js'
import { orClose } from '../../../engine/runtime/or-close.js'
import type { Runtime } from '../../../engine/runtime/runtime.js'
import { createRandom } from '../../../engine/tensor/random.js'
import { attributeClassifier } from '../../../network/models/picture-features.js'
import type { Progress } from '../../run/environment.js'
import type { Measures } from '../measures.js'
import { type Judge, trainJudge } from '../pictures/judge.js'
import { answersOf, sharesRight } from './asked-clips.js'

export interface ClipJudges {
  /** How clips are read, against what is true of them, and how steady the readings of frames are. */
  measure(clips: readonly Uint8Array[], truths: readonly (readonly number[])[]): Promise<Measures>
  close(): Promise<void>
}

export interface ClipJudgesOptions {
  readonly runtime: Runtime
  readonly cache: PictureCache
  /** The examples that they learn from. */
  readonly members: readonly number[]
  readonly questions: readonly Question[]
  readonly seed: number
  /** Updates that each learns in. */
  readonly steps?: number
  readonly onProgress: Progress
}

/** Real clips, what their codes keep of them, and what is true of them. */
export interface JudgedReals {
  readonly reals: readonly Uint8Array[]
  readonly kept: readonly Uint8Array[]
  readonly truths: readonly (readonly number[])[]
}

/** How real clips are read: what no drawing can surpass, and how far the judges themselves are right. */
export const measureReals = async (
  judges: ClipJudges,
  { reals, kept, truths }: JudgedReals,
): Promise<{ readonly ceiling: Measures; readonly judge: Measures }> => ({
  ceiling: await judges.measure(kept, truths),
  judge: await judges.measure(reals, truths),
})

/** What reports call them. */
export const clipJudgesName =
  'convolutional classifiers of clips and of single frames, trained on real training clips alone'

const clipFilters = [32, 64, 64, 64] as const
const frameFilters = [16, 32, 64, 64] as const
/** Pixels along each side of the last maps at least. */
const smallestMap = 4
const clipsAtOnce = 32
const usualSteps = 1500

/** As many convolutions as pictures can be halved after. */
const fitFilters = (filters: readonly number[], size: number): readonly number[] =>
  filters.filter((_, place) => {
    const side = size / 2 ** (place + 1)
    return Number.isInteger(side) && side >= smallestMap
  })

export const trainClipJudges = async (options: ClipJudgesOptions): Promise<ClipJudges> => {
  const { cache, questions } = options
  const { frames = 1, examples } = cache
  const known = {
    ...options,
    members: options.members.filter((one) => answersOf(questions, examples[one]!) !== undefined),
  }
  const clipJudge = await trainWholeJudge(known)
  const frameJudge =
    frames > 1 && questions.some(({ isInFrames }) => isInFrames)
      ? await orClose(clipJudge, () => trainFrameJudge(known))
      : undefined

  return {
    async measure(clips, truths) {
      const shares = sharesRight(questions, truths, await clipJudge.read(clips))
      if (frameJudge === undefined) return shares
      return { ...shares, consistency: await consistencyOf(clips, frames, frameJudge) }
    },
    async close() {
      await clipJudge.close()
      await frameJudge?.close()
    },
  }
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0)

/** Trains the judge that sees all frames together. All members have answers to all questions. */
const trainWholeJudge = (options: ClipJudgesOptions): Promise<Judge> => {
  const { runtime, cache, members, questions, seed, steps = usualSteps, onProgress } = options
  const { size, frames = 1, examples } = cache
  const sizes = questions.map(({ answers }) => answers.length)
  return trainJudge({
    ...{ runtime, size, frames, seed, steps },
    questions: sizes,
    batch: clipsAtOnce,
    classifier: attributeClassifier({
      ...{ size, channels: 3 * frames, outputs: sum(sizes) },
      filters: fitFilters(clipFilters, size),
    }),
    examples: members.length,
    example: async (member) => ({
      pixels: (await cache.picture(members[member]!)).data,
      answers: answersOf(questions, examples[members[member]!]!)!,
    }),
    onProgress: (done, total) => onProgress('judge of clips', done, total),
  })
}

/** Trains the judge that sees single frames, on the questions that each of them answers. */
const trainFrameJudge = (options: ClipJudgesOptions): Promise<Judge> => {
  const { runtime, cache, members, questions, seed, steps = usualSteps, onProgress } = options
  const { size, frames = 1, examples } = cache
  const asked = questions.filter(({ isInFrames }) => isInFrames)
  const sizes = asked.map(({ answers }) => answers.length)
  let shown = 0
  return trainJudge({
    ...{ runtime, size, seed, steps },
    questions: sizes,
    classifier: attributeClassifier({
      ...{ size, outputs: sum(sizes), filters: fitFilters(frameFilters, size) },
    }),
    examples: members.length,
    example: async (member) => {
      // Each frame of each clip has its turn.
      const frame = createRandom(seed, 'judged frame', shown++).integer(frames)
      const picture = await cache.picture(members[member]!)
      return {
        pixels: framesOf(picture)[frame]!.data,
        answers: answersOf(asked, examples[members[member]!]!)!,
      }
    },
    onProgress: (done, total) => onProgress('judge of frames', done, total),
  })
}

/** The share of clips of which all frames are read alike. */
const consistencyOf = async (
  clips: readonly Uint8Array[],
  frames: number,
  judge: Judge,
): Promise<number> => {
  let alike = 0
  for (const clip of clips) {
    const bytes = clip.length / frames
    const single = Array.from({ length: frames }, (_, frame) =>
      clip.subarray(frame * bytes, (frame + 1) * bytes),
    )
    const read = new Set((await judge.read(single)).map((answers) => answers.join(' ')))
    if (read.size === 1) alike++
  }
  return alike / clips.length
}
