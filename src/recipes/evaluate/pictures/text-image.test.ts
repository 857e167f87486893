import { describe, expect, test } from 'vitest'
import { type Script, scriptedModel } from '../../../../test/support/scripted-model.js'
import { tinyCache, tinySplit } from '../../../../test/support/tiny-pictures.js'
import type { CachedExample, PictureCache } from '../../../data/cache.js'
import type { Language } from '../../../data/example.js'
import type { Split } from '../../../data/split.js'
import { phraseOf } from '../../../training/tasks/examples.js'
import type { EvaluateOptions, Measures } from '../measures.js'
import { evaluateTextImage } from './text-image.js'

/** Twelve pictures: two held-out pairs, two held-out names, eight to train on; in two styles. */
const tiny = tinyCache()

const withExamples = (change: (example: CachedExample, index: number) => CachedExample) => ({
  ...tiny,
  examples: tiny.examples.map(change),
})

/** The picture that a phrase asks for. */
const wantedIn =
  ({ examples }: PictureCache, languages: readonly Language[] = ['en', 'zh']) =>
  (phrase: string): number =>
    examples.findIndex((example) =>
      languages.some((language) => phraseOf(example, language) === phrase),
    )

/** Another picture of the same style. */
const anotherThan = (index: number) => (index + 2) % tiny.examples.length

const evaluate = ({
  cache = tiny,
  split = tinySplit(),
  languages = ['en', 'zh'],
  seed = 1,
  count = 200,
  onProgress = () => {},
  ...script
}: Partial<EvaluateOptions> & { cache?: PictureCache; split?: Split } & Script = {}) => {
  const { model, asked } = scriptedModel(cache, { draws: wantedIn(cache), ...script })
  const data = { cache, split }
  return evaluateTextImage({ model, data, seed, count, languages, onProgress }).then(
    (measures) => ({ measures, asked }),
  )
}

const all = { top1: 1, top5: 1 }
const parts = ['train', 'heldOutStyle', 'heldOut'] as const

describe('drawings', () => {
  test('of the right pictures score all there is to score, in each part', async () => {
    const { measures } = await evaluate()
    expect(measures).toMatchObject({
      train: { ...all, examples: 8, en: { ...all, examples: 8 }, zh: { ...all, examples: 8 } },
      heldOutStyle: { ...all, examples: 2 },
      heldOut: { ...all, examples: 2 },
    })
  })

  test('of other pictures are wrong', async () => {
    const { measures } = await evaluate({ draws: (phrase) => anotherThan(wantedIn(tiny)(phrase)) })
    for (const part of parts) expect(measures[part]).toMatchObject({ top1: 0 })
  })

  test('are measured in each language apart', async () => {
    const draws = (phrase: string) => {
      const wanted = wantedIn(tiny)(phrase)
      return wantedIn(tiny, ['en'])(phrase) < 0 ? anotherThan(wanted) : wanted
    }
    const { measures } = await evaluate({ draws })
    expect(measures.train).toMatchObject({ top1: 0.5, en: { top1: 1 }, zh: { top1: 0 } })
  })

  test('of an identical picture with another name are right', async () => {
    // Pictures 4 and 6, of one style, become twins: whichever is asked for, the other is drawn.
    const twin = (index: number) => (index === 6 ? 4 : index)
    const cache: PictureCache = {
      ...withExamples((example, index) => ({
        ...example,
        fingerprint: tiny.examples[twin(index)]!.fingerprint,
      })),
      picture: (index) => tiny.picture(twin(index)),
    }
    const draws = (phrase: string) => {
      const wanted = wantedIn(cache)(phrase)
      return wanted === 4 ? 6 : wanted === 6 ? 4 : wanted
    }
    const { measures } = await evaluate({ cache, draws })
    expect(measures.train).toMatchObject(all)
  })

  test('are asked for in words that the model can read', async () => {
    const { asked } = await evaluate({ textLength: 8, draws: () => 0 })
    expect(Math.max(...asked.map(({ phrase }) => phrase.length))).toBe(7)
  })
})

describe('beside the drawings stand', () => {
  test('pictures that went through the tokenizer, which scores all there is if it keeps all', async () => {
    const { measures } = await evaluate({ draws: () => 0 })
    expect(measures).toMatchObject({
      ceiling: { ...all, examples: 2 },
      tokenizer: { psnrDb: 100, ssim: 1, examples: 2 },
    })
  })

  test('any pictures of the style, in each part', async () => {
    // Every style has one picture alone, so that any of it is the right one.
    const alone = withExamples((example, index) => ({ ...example, style: `style ${index}` }))
    const { measures } = await evaluate({ cache: alone, draws: () => 0 })
    expect(measures.baseline).toMatchObject({ ...all, heldOutStyle: all, heldOut: all })
    const { measures: usual } = await evaluate()
    expect((usual.baseline as Measures).top1).toBeLessThan(1)
  })

  test('the name of the distance', async () => {
    const { measures } = await evaluate()
    expect(measures.distance).toBe('mean colours and oriented gradients on a grid of 8 x 8 cells')
  })
})

test('captions are measured in each part, beside the commonest name', async () => {
  const says = (index: number) => tiny.examples[index]!.captions[0]!.text
  const { measures } = await evaluate({ says })
  const right = { exact: 1, contains: 1 }
  expect(measures.caption).toEqual({
    ...right,
    examples: 8,
    heldOutStyle: { ...right, examples: 2 },
    heldOut: { ...right, examples: 2 },
  })
  // All names differ, so the commonest is right once, and never for names that were held out.
  expect(measures.baseline).toMatchObject({
    caption: { exact: 1 / 8, heldOutStyle: { exact: 0 }, heldOut: { exact: 0 } },
  })
})

describe('data of other kinds', () => {
  test('that holds nothing out is measured on what was trained', async () => {
    const train = Array.from(tiny.examples.keys())
    const { measures } = await evaluate({ split: { train, heldOut: [], heldOutPairs: [] } })
    expect(Object.keys(measures)).toEqual([
      'distance',
      'train',
      'baseline',
      'caption',
      'tokenizer',
      'ceiling',
    ])
    expect(measures.ceiling).toMatchObject({ ...all, examples: 12 })
    // JSON has no word for a share of nothing.
    expect(JSON.stringify(measures)).not.toContain('null')
  })

  test('without styles is one gallery', async () => {
    const cache = withExamples(({ style: _, ...example }) => example)
    const { measures } = await evaluate({ cache })
    expect(measures.train).toMatchObject({ ...all, en: all, zh: all })
  })

  test('in one language is measured in that one, whatever the recipe wants', async () => {
    const cache = withExamples((example) => ({
      ...example,
      captions: example.captions.filter(({ language }) => language === 'en'),
    }))
    for (const languages of [['en', 'zh'], ['zh']] as const) {
      const { measures, asked } = await evaluate({ cache, languages })
      expect(measures.train).toEqual({ ...all, examples: 8, en: { ...all, examples: 8 } })
      expect(asked.some(({ phrase }) => phrase.includes('风格'))).toBe(false)
    }
  })

  test('in both languages is measured in those that the recipe wants', async () => {
    const { measures } = await evaluate({ languages: ['zh'] })
    expect(measures.train).toEqual({ ...all, examples: 8, zh: { ...all, examples: 8 } })
  })

  test('with pictures without words leaves those out', async () => {
    const cache = withExamples((example, index) =>
      index === 0 || index === 1 || index === 5 ? { ...example, captions: [] } : example,
    )
    const { measures } = await evaluate({ cache })
    expect(measures.train).toMatchObject({ ...all, examples: 7 })
    expect(measures).not.toHaveProperty('heldOutStyle')
  })
})

test('the same seed measures the same examples, and another seed others', async () => {
  const phrasesOf = async (seed: number) =>
    (await evaluate({ seed, count: 3 })).asked.map(({ phrase }) => phrase)
  expect(await phrasesOf(1)).toEqual(await phrasesOf(1))
  expect(await phrasesOf(2)).not.toEqual(await phrasesOf(1))
  const { measures } = await evaluate({ count: 3 })
  expect(measures.train).toMatchObject({ examples: 3 })
  expect((await evaluate({ count: 3 })).measures).toEqual(measures)
})
