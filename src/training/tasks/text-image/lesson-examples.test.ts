import { expect, test } from 'vitest'
import { tinyCache } from '../../../../test/support/tiny-pictures.js'
import { tinyTextTokenizer } from '../../../../test/support/tiny-text-tokenizer.js'
import { createLessonExamples } from './lesson-examples.js'

test('held-out examples are measured with captions that name all of their group', async () => {
  const cache = tinyCache()
  const text = await tinyTextTokenizer()
  const examples = cache.examples.map((example) => ({
    ...example,
    captions: [
      { language: 'en', text: 'a red house' },
      { language: 'en', text: 'a house', isPartial: true },
    ] as const,
  }))
  const { toLearn, toMeasure } = createLessonExamples({
    cache: { ...cache, examples },
    train: [...examples.keys()],
    codes: { codes: async () => new Int32Array(4), variants: 1, crossings: 0 },
    text,
    languages: ['en'],
    seed: 1,
  })
  const spoken = async (take: (index: number) => ReturnType<typeof toMeasure>) =>
    new Set(
      (await Promise.all([...examples.keys()].map(take))).map(({ words }) => text.decode(words)),
    )
  const lesson = { name: 'drawing', direction: 'drawing' } as const
  expect(await spoken(toMeasure)).toEqual(new Set(['a red house']))
  expect(await spoken((index) => toLearn({ index, epoch: 0 }, lesson))).toContain('a house')
})
