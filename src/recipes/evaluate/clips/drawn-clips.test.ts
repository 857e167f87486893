import { beforeAll, expect, test } from 'vitest'
import {
  glowingClips,
  glowingQuestions,
  glowingTokenizer,
} from '../../../../test/support/glowing-clips.js'
import { tinyTextImageConfig } from '../../../../test/support/tiny-text-image.js'
import { tinyTextTokenizer } from '../../../../test/support/tiny-text-tokenizer.js'
import type { PictureCache } from '../../../data/cache.js'
import type { DrawOptions, DrawRequest } from '../../../generation/text-image/draw-request.js'
import type { TextImageModel } from '../../../generation/text-image/text-image-model.js'
import { createInlineRuntime } from '../../../platform/node/runtime.js'
import type { Measures } from '../measures.js'
import { evaluateClips } from './evaluate-clips.js'

/** Clips that are called something in both languages, and by words that leave something out. */
const cache: PictureCache = (() => {
  const { next: _, ...clips } = glowingClips()
  const examples = clips.examples.map((example) => {
    const { colour, action } = example.attributes!
    const captions = [
      { language: 'en', text: `${colour} ${action}` },
      { language: 'zh', text: `${colour}色 ${action}` },
      { language: 'en', text: `something ${action}`, isPartial: true },
    ] as const
    return { ...example, captions }
  })
  return { ...clips, examples }
})()

const image = glowingTokenizer()
const requests: DrawRequest[] = []
const options: (DrawOptions | undefined)[] = []

/** Draws what English phrases ask for, and always the first clip for others. */
const model: TextImageModel = {
  device: 'cpu',
  config: tinyTextImageConfig({
    ...{ drawing: 'masked-codes' },
    layout: {
      ...{ textLength: 40, rows: 2, columns: 2, frames: 3 },
      following: { rows: 1, columns: 1 },
    },
  }),
  text: await tinyTextTokenizer(),
  image,
  questions: glowingQuestions,
  draw: async (asked, how) => {
    requests.push(...asked)
    options.push(how)
    return Promise.all(
      asked.map(async ({ phrase }) => {
        const known = cache.examples.findIndex(({ captions }) => captions[0]!.text === phrase)
        const { data: pixels } = await cache.picture(Math.max(0, known))
        return { pixels, codes: new Int32Array() }
      }),
    )
  },
  answer: async () => glowingQuestions.map(({ answers }) => answers.map(() => 1 / answers.length)),
  caption: async () => '',
  close: async () => {},
}

let measures: Record<string, Measures>
beforeAll(async () => {
  const train = [...cache.examples.keys()]
  const found = await evaluateClips({
    ...{ model, data: { cache, split: { train, heldOut: [], heldOutPairs: [] } }, seed: 5 },
    ...{ count: 12, languages: ['en', 'zh'], runtime: createInlineRuntime({ threads: 1 }) },
    ...{ isTaughtToDraw: true, judgeSteps: 60, onProgress: () => {} },
  })
  measures = found as Record<string, Measures>
}, 300_000)

test('drawings are made at temperature 1, and for the rest as the model has it', () => {
  for (const how of options) expect(how).toEqual({ temperature: 1, topK: 0, topP: 1 })
})

test('phrases leave nothing out, and each drawing has a chance of its own', () => {
  const whole = requests.filter(({ start }) => start === undefined)
  expect(whole).toHaveLength(24)
  expect(whole.filter(({ phrase }) => phrase.includes('色'))).toHaveLength(12)
  expect(requests.filter(({ phrase }) => phrase.startsWith('something'))).toEqual([])
  expect(new Set(whole.map(({ phrase, seed, index }) => `${phrase} ${seed} ${index}`)).size).toBe(
    24,
  )
  expect(new Set(requests.map(({ seed }) => seed))).toEqual(new Set([5]))
})

test('a clip is gone on with from the codes of its real first frame', async () => {
  const begun = requests.filter(({ start }) => start !== undefined)
  expect(begun).toHaveLength(6)
  for (const { phrase, start } of begun) {
    const known = cache.examples.findIndex(({ captions }) => captions[0]!.text === phrase)
    const { data } = await cache.picture(known)
    expect(start).toEqual(await image.encode(data.subarray(0, data.length / 3)))
  }
})

test('languages are measured apart and together, between floor and ceiling', () => {
  const { drawn, floor, ceiling } = measures as Record<string, Record<string, number>>
  const { en, zh } = measures.drawn as Record<string, Record<string, number>>
  expect(en).toMatchObject({ all: 1, consistency: 1, examples: 12 })
  expect(zh!.all).toBeLessThan(0.5)
  expect(drawn!.all).toBeCloseTo((en!.all! + zh!.all!) / 2)
  expect(drawn!.examples).toBe(24)
  expect(floor!.all).toBeLessThan(drawn!.all!)
  expect(ceiling!.all).toBe(1)
})
