/** Real clips with what is true of them, and how many answers about clips are right. */

import type { CachedExample, PictureCache } from '../../../data/cache.js'
import { answerOf, type Question } from '../../../data/question.js'
import { createRandom } from '../../../engine/tensor/random.js'
import { DataError } from '../../../errors.js'
import { meanAnswers } from '../../../generation/text-image/clip-windows.js'
import { likeliestAnswers } from '../../../generation/text-image/readings.js'
import type { Measures } from '../measures.js'

/** The true answer to each question about an example; undefined where one has none. */
export const answersOf = (
  questions: readonly Question[],
  example: Parameters<typeof answerOf>[1],
): number[] | undefined => {
  const answers = questions.map((question) => answerOf(question, example))
  return answers.every((answer) => answer !== undefined) ? answers : undefined
}

/** The clip that an example is, or was cut out of. */
export const wholeOf = ({ id, whole = id }: Pick<CachedExample, 'id' | 'whole'>): string => whole

/**
 * Some clips among the members of a cache, by lot and from as many groups as possible: all examples of
 * each of whom every question can be answered. Throws DataError where there are none.
 */
export const chooseAsked = (
  { examples }: PictureCache,
  members: readonly number[],
  questions: readonly Question[],
  count: number,
  seed: number,
): number[] => {
  const random = createRandom(seed, 'evaluate', 'clips')
  const timesOfGroup = new Map<string, number>()
  const drawn = members
    .filter((index) => answersOf(questions, examples[index]!) !== undefined)
    .map((index) => ({ index, order: random.uniform() }))
    .sort((a, b) => a.order - b.order)
    .map(({ index, order }) => {
      const { group } = examples[index]!
      const times = timesOfGroup.get(group) ?? 0
      timesOfGroup.set(group, times + 1)
      return { index, order, times }
    })
    .sort((a, b) => a.times - b.times || a.order - b.order)
    .map(({ index }) => index)
  if (drawn.length === 0) {
    throw new DataError(
      'evaluate: of no held-out clip is it known what every question asks; hold out others in data.split, or name what they show',
    )
  }
  const wholes = [...new Set(drawn.map((index) => wholeOf(examples[index]!)))]
  const chosen = new Set(wholes.slice(0, count))
  return drawn.filter((index) => chosen.has(wholeOf(examples[index]!)))
}

/** RGB bytes [frames, size, size, 3] of each of the examples. */
export const pixelsOf = async (
  chosen: readonly number[],
  cache: PictureCache,
): Promise<Uint8Array[]> => {
  const clips: Uint8Array[] = []
  for (const index of chosen) clips.push((await cache.picture(index)).data)
  return clips
}

/**
 * Whether an attribute of an answer could be something else while its others stay, as the direction of
 * who walks could; that of who falls follows.
 */
const isFree = ({ answers }: Question, answer: number, attribute: number): boolean => {
  const { values } = answers[answer]!
  return answers.some(
    (other) =>
      other.values[attribute] !== values[attribute] &&
      other.values.every((value, index) => index === attribute || value === values[index]),
  )
}

/** What is found of a clip: for each question the value of each attribute, where there is one. */
type FoundValues = readonly (readonly (string | undefined)[])[]

/** The values that answers stand for. */
const valuesOfAnswers = (questions: readonly Question[], answers: readonly number[]): FoundValues =>
  questions.map((question, place) => question.answers[answers[place]!]!.values)

/**
 * The shares of clips of which each attribute, and all of them at once, were found as they are. An
 * attribute that follows from others is left out of its own share.
 */
export const sharesRight = (
  questions: readonly Question[],
  truths: readonly (readonly number[])[],
  found: readonly (readonly number[])[],
): Measures =>
  sharesOfValues(
    questions,
    truths,
    found.map((answers) => valuesOfAnswers(questions, answers)),
  )

const sharesOfValues = (
  questions: readonly Question[],
  truths: readonly (readonly number[])[],
  found: readonly FoundValues[],
): Measures => {
  const all = [...truths.keys()]
  const share = (clips: readonly number[], isRight: (clip: number) => boolean): number =>
    clips.filter(isRight).length / clips.length
  const trueValues = truths.map((answers) => valuesOfAnswers(questions, answers))
  const isRight = (clip: number, question: number, index: number): boolean =>
    trueValues[clip]![question]![index] === found[clip]![question]![index]
  const single = questions.flatMap((question, place) =>
    question.attributes.flatMap(({ name }, index): [string, number][] => {
      const asked = all.filter((clip) => isFree(question, truths[clip]![place]!, index))
      if (asked.length === 0) return []
      return [[name, share(asked, (clip) => isRight(clip, place, index))]]
    }),
  )
  const isAllRight = (clip: number) =>
    questions.every(({ attributes }, place) =>
      attributes.every((_, index) => isRight(clip, place, index)),
    )
  return { ...Object.fromEntries(single), all: share(all, isAllRight), examples: all.length }
}

/**
 * The shares of clips of whose captions each attribute, and all of them at once, can be read as they
 * are, one that is left out being wrong, and of those that say something untrue.
 */
export const sharesSaid = (
  questions: readonly Question[],
  truths: readonly (readonly number[])[],
  said: readonly Readonly<Record<string, string>>[],
): Measures => {
  const found = said.map((values) =>
    questions.map(({ attributes }) => attributes.map(({ name }) => values[name])),
  )
  const isUntrue = (clip: number): boolean =>
    valuesOfAnswers(questions, truths[clip]!).some((values, place) =>
      values.some((value, index) => (found[clip]![place]![index] ?? value) !== value),
    )
  const untrue = truths.filter((_, clip) => isUntrue(clip)).length / truths.length
  return { ...sharesOfValues(questions, truths, found), untrue }
}

/**
 * Shares of whole clips that are found as they are, where several examples were cut out of each: of
 * every example the scores of all answers count. Undefined where no clip was cut.
 */
export const sharesOfWholes = (
  questions: readonly Question[],
  wholesOfExamples: readonly string[],
  truths: readonly (readonly number[])[],
  scores: readonly (readonly (readonly number[])[])[],
): Measures | undefined => {
  const wholes = new Map<string, number[]>()
  for (const [place, whole] of wholesOfExamples.entries()) {
    wholes.set(whole, [...(wholes.get(whole) ?? []), place])
  }
  if (wholes.size === wholesOfExamples.length) return undefined
  const parts = [...wholes.values()]
  const found = parts.map((places) =>
    likeliestAnswers(meanAnswers(places.map((place) => scores[place]!))),
  )
  return sharesRight(
    questions,
    parts.map(([first]) => truths[first!]!),
    found,
  )
}
