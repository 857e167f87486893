import { describe, expect, test } from 'vitest'
import { scriptedModel } from '../../../../test/support/scripted-model.js'
import { tinyCache, tinySplit } from '../../../../test/support/tiny-pictures.js'
import type { Caption } from '../../../data/example.js'
import { measureCaptions, measureCommonestName } from './captions.js'

const captionsOf = (en: string, zh: string): Caption[] => [
  { language: 'en', text: en, role: 'name', articles: ['a', 'the'] },
  { language: 'en', text: 'fruit', role: 'keyword' },
  { language: 'zh', text: zh, role: 'name', articles: ['一个'] },
]

/** Four pictures, of which the last two count as the same one. */
const names = [
  captionsOf('red apple', '红苹果'),
  captionsOf('red apple', '红苹果'),
  captionsOf('pear', '梨'),
  captionsOf('plum', '李子'),
]
const tiny = tinyCache(names.length)
const cache = {
  ...tiny,
  examples: tiny.examples.map((example, index) => ({
    ...example,
    captions: names[index]!,
    style: 'Noto',
    fingerprint: `${Math.min(index, 2)}`,
  })),
}

const measure = (chosen: readonly number[], says: (index: number) => string) => {
  const { model } = scriptedModel(cache, { says })
  const data = { cache, split: tinySplit() }
  const rest = { seed: 1, count: 200, languages: ['en', 'zh'], onProgress: () => {} } as const
  return measureCaptions('train', chosen, { model, data, ...rest })
}

describe('a caption of a red apple in Noto style', () => {
  test.each([
    'red apple',
    'the red apple',
    'a picture of a red apple',
    'red apple emoji',
    'A red apple, Noto style',
    'red apple in the style of noto',
    '  Red Apple\n',
    'ｒｅｄ ａｐｐｌｅ',
    '红苹果',
    '一个红苹果',
    '红苹果的图片',
    'Noto 风格的红苹果',
    '红苹果,Noto 风格',
  ])('is exact: %j', async (caption) => {
    expect(await measure([0], () => caption)).toEqual({ exact: 1, contains: 1, examples: 1 })
  })

  test.each([
    'red apple, fruit',
    'a red apple and a pear',
    'red apple red apple',
    'a red apple in Twemoji style',
    '红苹果和梨',
  ])('contains its name, with something else: %j', async (caption) => {
    expect(await measure([0], () => caption)).toEqual({ exact: 0, contains: 1, examples: 1 })
  })

  test.each([
    '',
    'apple',
    'fruit',
    'red apples',
    'pineapple',
    'shared apple',
    'a picture of',
    '苹果',
    '梨',
  ])('does not have its name: %j', async (caption) => {
    expect(await measure([0], () => caption)).toEqual({ exact: 0, contains: 0, examples: 1 })
  })
})

test('a picture that is the same as another may have the name of either', async () => {
  expect(await measure([2], () => 'a plum')).toMatchObject({ exact: 1, contains: 1 })
  expect(await measure([0, 1], () => 'a plum')).toMatchObject({ exact: 0, contains: 0 })
})

test('shares are of all examples', async () => {
  const said = ['a red apple', 'a red apple with a hat', 'a car', 'plum']
  expect(await measure([0, 1, 2, 3], (index) => said[index]!)).toEqual({
    exact: 0.5,
    contains: 0.75,
    examples: 4,
  })
})

test('the commonest name is what could be said without looking', async () => {
  const split = { train: [0, 1, 2], heldOut: [3], heldOutPairs: [] }
  const data = { cache, split }
  expect(await measureCommonestName([0, 1, 2, 3], { data })).toEqual({
    exact: 0.5,
    contains: 0.5,
    examples: 4,
  })
})
