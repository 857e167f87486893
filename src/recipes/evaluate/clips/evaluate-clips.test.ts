import { beforeAll, describe, expect, test } from 'vitest'
import {
  glowingClips,
  glowingQuestions,
  glowingTokenizer,
} from '../../../../test/support/glowing-clips.js'
import { createMemoryFiles } from '../../../../test/support/memory-files.js'
import { tinyTextImageConfig } from '../../../../test/support/tiny-text-image.js'
import { tinyTextTokenizer } from '../../../../test/support/tiny-text-tokenizer.js'
import { framesOf, joinFrames } from '../../../data/media/media.js'
import { analyzeClip } from '../../../generation/text-image/analyze-clip.js'
import { likeliestAnswers } from '../../../generation/text-image/readings.js'
import {
  createTextImageModel,
  type TextImageModel,
} from '../../../generation/text-image/text-image-model.js'
import { createNodeMedia } from '../../../platform/node/media.js'
import { createInlineRuntime } from '../../../platform/node/runtime.js'
import { adamW } from '../../../training/optimizers/index.js'
import { createCodeTable } from '../../../training/tasks/text-image/code-table.js'
import { createTextImageTask } from '../../../training/tasks/text-image/text-image.js'
import type { Measures } from '../measures.js'
import { answersOf, chooseAsked, sharesOfWholes, sharesRight, sharesSaid } from './asked-clips.js'
import { evaluateClips } from './evaluate-clips.js'

const runtime = createInlineRuntime({ threads: 1 })
const cache = glowingClips()
const all = [...cache.examples.keys()]
const split = { train: all, heldOut: [], heldOutPairs: [] }
const text = await tinyTextTokenizer()
const image = glowingTokenizer()

/** A model that knows all clips by heart, also as longer ones show them. */
const trainModel = async (): Promise<TextImageModel> => {
  const codes = await createCodeTable({
    ...{ files: createMemoryFiles(), folder: 'run', cache, tokenizer: image, augmentation: {} },
    ...{ variants: 1, crossings: 1, seed: 1, key: 'clips' },
  })
  const config = tinyTextImageConfig({
    ...{ drawing: 'masked-codes', depth: 2, width: 32, hasPlaces: true },
    vocabulary: { textPieces: text.vocabularySize, imageCodes: image.codes },
    layout: {
      ...{ textLength: 12, rows: 2, columns: 2, frames: 3 },
      following: { rows: 1, columns: 1 },
    },
  })
  const task = await createTextImageTask({
    ...{ runtime, media: createNodeMedia(), config, cache, split, codes, text, image },
    ...{ languages: ['en'], seed: 1, corruption: 0, conditionDropout: 0, stillShare: 0 },
    ...{ textWeight: 1, directions: { textToImage: 1, imageToText: 2 } },
    ...{ optimizer: adamW(), clipNorm: 1, averageDecay: 0, batch: 24, accumulation: 1 },
  })
  const steps = 600
  for (let step = 1; step <= steps; step++) {
    const { updates } = await task.prepare(step)
    const learningRate = 0.01 * Math.min(1, 2 * (1 - step / (steps + 1)))
    for (const update of updates) await task.trainer.step({ ...update, step, learningRate })
  }
  const tensors = await task.trainer.averaged()
  const parts = { runtime, config, tensors, text, image, questions: glowingQuestions }
  return createTextImageModel(parts)
}

let model: TextImageModel
beforeAll(async () => {
  model = await trainModel()
}, 300_000)

test('a model answers what it is asked about clips', async () => {
  for (const index of all) {
    const answers = await model.answer((await cache.picture(index)).data)
    for (const scores of answers) expect(scores.reduce((sum, one) => sum + one)).toBeCloseTo(1)
    expect(likeliestAnswers(answers)).toEqual(answersOf(glowingQuestions, cache.examples[index]!))
  }
})

test('a longer clip falls into what happens in it', async () => {
  const others = await Promise.all([cache.next!(0, 0), cache.next!(0, 1)])
  const pictures = [await cache.picture(0), ...others.map(({ picture }) => picture)]
  const parts = await analyzeClip(model, joinFrames(pictures.flatMap(framesOf)))
  expect(parts.map(({ start, end, label }) => [start, end, label])).toEqual([
    [0, 3, 'dims'],
    [3, 6, 'glows'],
    [6, 9, 'dims'],
  ])
  for (const { start, end, keyFrame, readings, caption } of parts) {
    expect(keyFrame >= start && keyFrame < end).toBe(true)
    expect(readings.map(({ labels }) => labels[0]!.label)[1]).toBe('red')
    expect(caption).toContain('red')
  }
})

describe('a report', () => {
  let measures: Record<string, Measures>
  const work = new Set<string>()
  beforeAll(async () => {
    const found = await evaluateClips({
      ...{ model, data: { cache, split }, seed: 1, count: 12, languages: ['en'], runtime },
      ...{
        isTaughtToDraw: true,
        tokenizerCount: 15,
        judgeSteps: 60,
        onProgress: (name: string) => work.add(name),
      },
    })
    measures = found as Record<string, Measures>
  }, 300_000)

  test('sets drawings between what the tokenizer keeps and what was asked of others', () => {
    const { drawn, ceiling, floor, judge } = measures
    expect(judge).toMatchObject({ action: 1, colour: 1, all: 1, consistency: 1, examples: 12 })
    expect(ceiling).toMatchObject({ action: 1, colour: 1, all: 1 })
    expect(drawn!.action).toBeGreaterThan(0.9)
    expect(drawn!.colour).toBeGreaterThan(0.9)
    expect(drawn!.en).toMatchObject({ examples: 12 })
    expect(floor!.all).toBeLessThan(1)
  })

  test('has what the model says of real clips, and when', () => {
    expect(measures.classify).toEqual({ action: 1, colour: 1, all: 1, examples: 12 })
    expect(measures.caption).toEqual({ action: 1, colour: 1, all: 1, untrue: 0, examples: 12 })
    expect(measures.timeline).toEqual({ boundaries: 1, labels: 1, needless: 0, examples: 3 })
  })

  test('compares going on from a first frame with a copy of it', () => {
    const { ssim, copy } = measures.continue as Record<string, number>
    expect(ssim).toBeGreaterThan(copy! + 0.05)
  })

  test('measures the tokenizer, in time too', () => {
    expect(Object.keys(measures.tokenizer!)).toEqual(
      expect.arrayContaining(['psnrDb', 'ssim', 'codeUsage', 'flicker', 'originalFlicker']),
    )
    expect(measures.tokenizer).toMatchObject({ originalFlicker: 0, examples: 15 })
  })

  test('has each frame by itself', () => {
    const { frames, psnrDb, psnrFirstDb, psnrLastDb, ssim } = measures.tokenizer!
    const each = Object.values(frames as Record<string, { psnrDb: number; ssim: number }>)
    expect(Object.keys(frames as object)).toEqual(['1', '2', '3'])
    expect([each[0]!.psnrDb, each[2]!.psnrDb]).toEqual([psnrFirstDb, psnrLastDb])
    expect(each.reduce((sum, one) => sum + one.psnrDb, 0) / 3).toBeCloseTo(psnrDb as number)
    expect(each.reduce((sum, one) => sum + one.ssim, 0) / 3).toBeCloseTo(ssim as number)
  })

  test('shows how far it has come', () => {
    expect([...work]).toEqual([
      ...['answers', 'captions', 'timelines', 'continued clips', 'judge of frames'],
      ...['judge of clips', 'drawings en'],
    ])
  })
})

test('clips to measure on come from as many groups as there are', () => {
  const groups = cache.examples.map((example, index) => ({ ...example, group: `${index % 6}` }))
  const chosen = chooseAsked({ ...cache, examples: groups }, all, glowingQuestions, 6, 1)
  expect(chosen.map((index) => index % 6).sort()).toEqual([0, 1, 2, 3, 4, 5])
})

test('where nothing is known of any clip, that is said', () => {
  const examples = cache.examples.map(({ attributes: _, ...example }) => example)
  expect(() => chooseAsked({ ...cache, examples }, all, glowingQuestions, 6, 1)).toThrow(
    'of no held-out clip is it known what every question asks',
  )
})

test('of clips that were cut into several examples, all of these are measured', () => {
  const examples = cache.examples.map((example, index) => ({
    ...{ ...example, group: 'one' },
    whole: `clip ${Math.floor(index / 3)}`,
  }))
  const chosen = chooseAsked({ ...cache, examples }, all, glowingQuestions, 2, 1)
  expect(chosen).toHaveLength(6)
  expect(new Set(chosen.map((index) => examples[index]!.whole)).size).toBe(2)
})

test('an attribute is right by itself, and all are at once', () => {
  const truths = [
    [0, 0],
    [1, 2],
  ]
  expect(sharesRight(glowingQuestions, truths, [truths[0]!, [1, 0]])).toEqual({
    ...{ action: 1, colour: 0.5, all: 0.5, examples: 2 },
  })
})

test('of a caption, what it leaves out is not right, and what is wrong untrue', () => {
  const truths = [
    [0, 0],
    [0, 0],
    [1, 2],
    [1, 2],
  ]
  const [dims, glows] = ['dims', 'glows']
  const [red, , third] = glowingQuestions[1]!.answers.map(({ values }) => values[0]!)
  const said = [
    { action: dims!, colour: red! },
    { colour: red! },
    { action: glows!, colour: red! },
    { action: glows!, colour: third!, other: 'x' },
  ]
  expect(sharesSaid(glowingQuestions, truths, said)).toEqual({
    ...{ action: 0.75, colour: 0.75, all: 0.5, untrue: 0.25, examples: 4 },
  })
})

test('examples that were cut out of one clip vote on it', () => {
  const truths = [[0], [0], [0], [1]]
  const scores = [[[0.9, 0.1]], [[0.4, 0.6]], [[0.4, 0.6]], [[0.2, 0.8]]]
  const [question] = glowingQuestions
  const wholes = ['a', 'a', 'a', 'b']
  expect(sharesOfWholes([question!], wholes, truths, scores)).toEqual({
    ...{ action: 1, all: 1, examples: 2 },
  })
  expect(sharesOfWholes([question!], ['a', 'b', 'c', 'd'], truths, scores)).toBeUndefined()
})

test('an attribute that follows from others does not count in its own share', () => {
  const moves = [
    ['walk', 'left'],
    ['walk', 'towards'],
    ['slash', 'left'],
    ['slash', 'towards'],
    ['hurt', 'towards'],
  ]
  const question = {
    attributes: [
      { name: 'action', of: ['action'] },
      { name: 'direction', of: ['direction'] },
    ],
    ...{ changes: true, isInFrames: false },
    answers: moves.map((values) => ({ values, phrases: [values.join(' ')] })),
  }
  // A walk to the left is read as one towards us, two falls as they are.
  expect(sharesRight([question], [[0], [4], [4]], [[1], [4], [4]])).toEqual({
    ...{ action: 1, direction: 0, all: 2 / 3, examples: 3 },
  })
})
