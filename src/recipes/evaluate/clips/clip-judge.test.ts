import { expect, test } from 'vitest'
import type { Question } from '../../../data/question.js'
import { type ClipJudge, type ClipReading, measureReadings, measureReals } from './clip-judge.js'

const question = (name: string, values: readonly string[], isInFrames: boolean): Question => ({
  attributes: [{ name, of: [name] }],
  answers: values.map((value) => ({ values: [value], phrases: [value] })),
  changes: false,
  isInFrames,
})
const questions = [
  question('action', ['walk', 'slash'], false),
  question('hair', ['red', 'black', 'white'], true),
]
/** A frame that says something, but is not sure of it. */
const unsure = (answer: number) => ({ answer, probability: 0.5 })
const reading = (
  action: number,
  hair: number,
  ...frames: (number | ReturnType<typeof unsure>)[]
): ClipReading => ({
  answers: [action, hair],
  frames: frames.map((said) => [
    typeof said === 'number' ? { answer: said, probability: 1 } : said,
  ]),
})

test('a clip is steady if its frames say the same, all of them or those that are sure', () => {
  const readings = [
    ...[reading(0, 1, 1, 1, 1), reading(0, 1, 1, unsure(2), 1)],
    ...[reading(1, 2, unsure(0), unsure(1), unsure(2)), reading(0, 1, 1, 2, unsure(1))],
  ]
  const truths = [
    [0, 1],
    [0, 2],
    [0, 2],
    [0, 1],
  ]
  expect(measureReadings(questions, truths, readings)).toEqual({
    ...{ action: 0.75, hair: 0.75, all: 0.5, examples: 4 },
    ...{ consistency: 0.25, sureConsistency: 0.75, sureShare: 7 / 12 },
  })
})

test('without questions about frames nothing is said of how steady they are', () => {
  const readings = [{ answers: [0], frames: [[], []] }]
  expect(measureReadings(questions.slice(0, 1), [[0]], readings)).toEqual({
    ...{ action: 1, all: 1, examples: 1 },
  })
})

test('real clips that end with the frames of another are mostly noticed', async () => {
  const readings = [reading(0, 1, 1, 1), reading(0, 2, 2, 2), reading(0, 2, 2, unsure(1))]
  const judge: ClipJudge = {
    read: async (clips) => clips.map(([place]) => readings[place!]!),
    close: async () => {},
  }
  const clips = [0, 1, 2].map((place) => Uint8Array.of(place))
  const truths = readings.map(({ answers }) => answers)
  const measured = await measureReals(judge, { reals: clips, kept: clips, questions, truths })
  expect(measured.ceiling).toMatchObject({ consistency: 2 / 3, sureConsistency: 1 })
  // The first ends with the second, the second with one that is unsure, the third with the first.
  expect(measured.judge.mixed).toEqual({ consistency: 0, sureConsistency: 1 / 3 })
})
