/**
 * Measures a model of words and clips: does a judge read its drawings as what was asked for, does it say
 * what real clips show and when that changes, does it go on from a first frame? Drawings stand
 * between a ceiling, real clips as the tokenizer keeps them, and a floor, drawings of other phrases.
 */

import { languages as allLanguages } from '../../../data/example.js'
import type { Question } from '../../../data/question.js'
import { measuredMembers } from '../../../data/split.js'
import type { Runtime } from '../../../engine/runtime/runtime.js'
import { likeliestAnswers } from '../../../generation/text-image/readings.js'
import { namedLanguages } from '../../../training/tasks/examples.js'
import type { EvaluateOptions, Measures } from '../measures.js'
import { keptClips, measureTokenizer, tokenizeClips } from '../pictures/tokenized.js'
import {
  answersOf,
  chooseAsked,
  pixelsOf,
  sharesOfWholes,
  sharesRight,
  sharesSaid,
  wholeOf,
} from './asked-clips.js'
import {
  type ClipJudge,
  type ClipReading,
  clipJudgeName,
  measureReadings,
  measureReals,
  trainClipJudge,
} from './clip-judge.js'
import { drawClips, measureContinued } from './drawn-clips.js'
import { nearestByMotion } from './nearest-motion.js'
import { measureTimelines } from './timelines.js'

export interface EvaluateClipsOptions extends EvaluateOptions {
  readonly runtime: Runtime
  /** Whether the model was taught to draw. */
  readonly isTaughtToDraw: boolean
  /** How many clips the tokenizer is measured on, which has many codes to use; `count` when left out. */
  readonly tokenizerCount?: number
  /** Updates that the judge learns in. */
  readonly judgeSteps?: number
}

/** Clips that are continued, and put together, as shares of those that are drawn. */
const continuedShare = 0.5
const timelineShare = 0.25

/** All measures, on held-out clips, or on training clips where none are held out. */
export const evaluateClips = async (options: EvaluateClipsOptions): Promise<Measures> => {
  const { model, data, seed, count, runtime, isTaughtToDraw, onProgress } = options
  const { tokenizerCount = count } = options
  const { cache, split } = data
  const { questions = [] } = model
  const unseen = measuredMembers(split)
  const choose = (clips: number) => chooseAsked(cache, unseen, questions, clips, seed)
  const chosen = choose(count)
  const reals = await pixelsOf(chosen, cache)
  const truths = chosen.map((index) => answersOf(questions, cache.examples[index]!)!)
  const ofTokenizer = await pixelsOf(choose(tokenizerCount), cache)
  const some = (share: number) => chosen.slice(0, Math.ceil(share * chosen.length))
  const [language = 'en'] = options.languages

  const measures: Record<string, Measures | string> = {
    tokenizer: measureTokenizer(await tokenizeClips(model.image, ofTokenizer), model.image),
  }
  if (questions.length > 0) {
    const found: (readonly (readonly number[])[])[] = []
    for (const real of reals) {
      found.push(await model.answer(real))
      onProgress('answers', found.length, reals.length)
    }
    measures.classify = measureAnswers(chosen, truths, found, options)
    if (cache.said !== undefined) {
      const said: Readonly<Record<string, string>>[] = []
      for (const real of reals) {
        said.push(cache.said(await model.caption(real)))
        onProgress('captions', said.length, reals.length)
      }
      measures.caption = sharesSaid(questions, truths, said)
    }
    // Where a grammar names what is to be seen, as with sprites, movement alone says little.
    if (cache.questions === undefined) {
      const nearest = await nearestByMotion(cache, chosen, split.train)
      const others = nearest.map((index) => sureAnswers(questions, cache.examples[index]!))
      measures.baseline = measureAnswers(chosen, truths, others, options)
    }
  }
  if (cache.next !== undefined && questions.some(({ changes }) => changes)) {
    measures.timeline = await measureTimelines(some(timelineShare), options)
  }
  if (!isTaughtToDraw) return measures
  measures.continue = await measureContinued(some(continuedShare), language, options)
  if (questions.length === 0) return measures
  const judge = await trainClipJudge({
    ...{ runtime, cache, members: split.train, questions, seed, onProgress },
    ...(options.judgeSteps !== undefined && { steps: options.judgeSteps }),
  })
  try {
    const kept = keptClips(await tokenizeClips(model.image, reals))
    return {
      ...(await measureDrawn(chosen, truths, judge, options)),
      ...(await measureReals(judge, { reals, kept, questions, truths })),
      ...measures,
      judgedBy: clipJudgeName,
    }
  } finally {
    await judge.close()
  }
}

/** The answers that are true of an example, as if a model were sure of them. */
const sureAnswers = (
  questions: readonly Question[],
  example: Parameters<typeof answersOf>[1],
): number[][] => {
  const truth = answersOf(questions, example) ?? []
  return questions.map(({ answers }, question) =>
    answers.map((_, answer) => (answer === truth[question] ? 1 : 0)),
  )
}

/** How many answers are right, of examples and of the whole clips that they were cut out of. */
const measureAnswers = (
  chosen: readonly number[],
  truths: readonly (readonly number[])[],
  scores: readonly (readonly (readonly number[])[])[],
  { model: { questions = [] }, data: { cache } }: EvaluateOptions,
): Measures => {
  const wholes = chosen.map((index) => wholeOf(cache.examples[index]!))
  const whole = sharesOfWholes(questions, wholes, truths, scores)
  const shares = sharesRight(questions, truths, scores.map(likeliestAnswers))
  return whole === undefined ? shares : { ...shares, whole }
}

/** Drawings in all languages together and in each apart, and the same read as another's. */
const measureDrawn = async (
  chosen: readonly number[],
  truths: readonly (readonly number[])[],
  judge: ClipJudge,
  options: EvaluateOptions,
): Promise<{ readonly drawn: Measures; readonly floor: Measures }> => {
  const { examples } = options.data.cache
  const { questions = [] } = options.model
  const drawn: {
    readings: ClipReading[]
    truths: (readonly number[])[]
    others: (readonly number[])[]
  } = { readings: [], truths: [], others: [] }
  const apart: Record<string, Measures> = {}
  for (const language of allLanguages) {
    const named = [...chosen.keys()].filter((place) =>
      namedLanguages(examples[chosen[place]!]!, options.languages).includes(language),
    )
    if (named.length === 0) continue
    const members = named.map((place) => chosen[place]!)
    const readings = await judge.read(await drawClips(members, language, options))
    const own = named.map((place) => truths[place]!)
    apart[language] = measureReadings(questions, own, readings)
    drawn.readings.push(...readings)
    drawn.truths.push(...own)
    // Chosen by lot, so that the next one is any other.
    drawn.others.push(...own.slice(1), ...own.slice(0, 1))
  }
  const all = measureReadings(questions, drawn.truths, drawn.readings)
  const floor = sharesRight(
    questions,
    drawn.others,
    drawn.readings.map(({ answers }) => answers),
  )
  return { drawn: { ...all, ...apart }, floor }
}
