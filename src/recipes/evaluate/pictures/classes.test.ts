import { describe, expect, test } from 'vitest'
import { barCache, barCaptions } from '../../../../test/support/class-pictures.js'
import { type Script, scriptedModel } from '../../../../test/support/scripted-model.js'
import type { PictureCache } from '../../../data/cache.js'
import { type Caption, languageOf } from '../../../data/example.js'
import type { Split } from '../../../data/split.js'
import type { EvaluateOptions, Measures } from '../measures.js'
import { classesOf, classReader, evaluateClasses } from './classes.js'

const bars = barCache(60)
const names = ['a cross', 'a lying bar', 'a standing bar']
const half: Split = {
  train: Array.from({ length: 30 }, (_, index) => index),
  heldOut: Array.from({ length: 30 }, (_, index) => 30 + index),
  heldOutPairs: [],
}

/** A judge that knows every picture of a cache. */
const knowingJudge = async (cache: PictureCache, classes: readonly string[]) => {
  const read = classReader(classes, cache)
  const known = await Promise.all(Array.from(cache.examples.keys(), read))
  const labels = new Map(known.map(({ pixels, label }) => [pixels.join(), label]))
  return {
    classify: async (pictures: readonly Uint8Array[]) =>
      pictures.map((pixels) => labels.get(pixels.join())!),
  }
}

/** A real picture of the class that a phrase names: another one for each drawing. */
const wantedIn =
  ({ examples }: PictureCache) =>
  (phrase: string, index: number): number => {
    const members = Array.from(examples.keys()).filter((member) =>
      examples[member]!.captions.some(({ text }) => text === phrase),
    )
    return members[index % members.length]!
  }

const evaluate = async ({
  cache = bars,
  split = half,
  languages = ['en', 'zh'],
  count = 30,
  ...script
}: Partial<EvaluateOptions> & { cache?: PictureCache; split?: Split } & Script = {}) => {
  const classes = classesOf(cache)!
  const judge = await knowingJudge(cache, classes)
  const { model, asked } = scriptedModel(cache, { draws: wantedIn(cache), ...script })
  const options = { data: { cache, split }, seed: 1, count, languages, onProgress: () => {} }
  return { measures: await evaluateClasses(classes, { model, judge, ...options }), asked }
}

/** Captions as a folder for each class gives them. */
const called = (...texts: readonly string[]) =>
  texts.map((text): Caption[] => [{ language: languageOf(text), text, role: 'name' }])

const drawnIn = ({ drawn }: Measures) => drawn as Measures

describe('classes', () => {
  test('are names that at least twenty pictures share on average', () => {
    expect(classesOf(bars)).toEqual(names)
    expect(classesOf(barCache(59))).toBeUndefined()
  })

  test('are not found where some pictures have no name', () => {
    const examples = bars.examples.map((example, index) =>
      index === 7 ? { ...example, captions: [] } : example,
    )
    expect(classesOf({ ...bars, examples })).toBeUndefined()
  })

  test('have the numbers of their names', async () => {
    const read = classReader(names, bars)
    expect([await read(0), await read(1), await read(2)]).toMatchObject([
      { label: 1, pixels: (await bars.picture(0)).data },
      { label: 2 },
      { label: 0 },
    ])
  })
})

describe('drawings', () => {
  test('of the right classes score all there is to score', async () => {
    const { measures } = await evaluate()
    expect(measures).toMatchObject({
      drawn: {
        accuracy: 1,
        examples: 30,
        en: { accuracy: 1, examples: 15 },
        zh: { accuracy: 1, examples: 15 },
      },
      ceiling: { accuracy: 1, examples: 30 },
      baseline: { accuracy: 1 / 3 },
    })
    expect(measures.judge).toContain('classifier')
  })

  test('of another class are wrong, in each language apart', async () => {
    const { measures } = await evaluate({
      draws: (phrase, index) =>
        /\p{Script=Han}/u.test(phrase)
          ? wantedIn(bars)('十字', index)
          : wantedIn(bars)(phrase, index),
    })
    const { accuracy, en, zh } = drawnIn(measures)
    expect(en).toMatchObject({ accuracy: 1 })
    expect((zh as Measures).accuracy).toBeCloseTo(1 / 3)
    expect(accuracy).toBeCloseTo(2 / 3)
  })

  test('are as diverse as real pictures when they are real, and not at all when all the same', async () => {
    const real = await evaluate()
    expect(drawnIn(real.measures).diversity).toBeGreaterThan(0.8)
    expect(drawnIn(real.measures).diversity).toBeLessThan(1.2)
    const same = await evaluate({ draws: (phrase) => wantedIn(bars)(phrase, 0) })
    expect(drawnIn(same.measures)).toMatchObject({ accuracy: 1, diversity: 0 })
  })

  test('are asked for in all wordings, at temperature 1 without guidance', async () => {
    const { asked } = await evaluate()
    const wordings = barCaptions.flat().map(({ text }) => text)
    expect(new Set(asked.map(({ phrase }) => phrase))).toEqual(new Set(wordings))
    for (const { options } of asked) {
      expect(options).toEqual({ temperature: 1, guidance: 1, topK: 0, topP: 1 })
    }
  })

  test('are asked for in words that the model can read', async () => {
    const { asked } = await evaluate({ textLength: 5, draws: () => 0 })
    expect(Math.max(...asked.map(({ phrase }) => phrase.length))).toBe(4)
  })
})

describe('data of other kinds', () => {
  test('with classes named in one language is measured in that one', async () => {
    const { measures } = await evaluate({ cache: barCache(60, called('lying', '竖条', 'cross')) })
    expect(drawnIn(measures)).toMatchObject({
      accuracy: 1,
      en: { accuracy: 1, examples: 20 },
      zh: { accuracy: 1, examples: 10 },
    })
    const english = barCache(60, called('lying', 'standing', 'cross'))
    const { measures: apart } = await evaluate({ cache: english, languages: ['zh'] })
    expect(drawnIn(apart)).toMatchObject({ en: { accuracy: 1, examples: 30 } })
    expect(drawnIn(apart)).not.toHaveProperty('zh')
  })

  test('that holds nothing out is compared with what was trained', async () => {
    const train = Array.from(bars.examples.keys())
    const { measures } = await evaluate({ split: { train, heldOut: [], heldOutPairs: [] } })
    expect(measures.ceiling).toEqual({ accuracy: 1, examples: 60 })
  })

  test('with a single real picture of each class has no diversity to compare with', async () => {
    const split = { train: half.train, heldOut: [30, 31, 32], heldOutPairs: [] }
    const { measures } = await evaluate({ split })
    expect(drawnIn(measures)).not.toHaveProperty('diversity')
    // JSON has no word for a share of nothing.
    expect(JSON.stringify(measures)).not.toContain('null')
  })
})

test('the same seed draws and measures the same', async () => {
  expect(await evaluate()).toEqual(await evaluate())
})
