import { describe, expect, test } from 'vitest'
import { createRandom } from '../../engine/tensor/random.js'
import { trainLinearBaseline } from './linear-baseline.js'

const topics = {
  english: [
    ['goal', 'match', 'team', 'score', 'coach'],
    ['bank', 'share', 'price', 'market', 'trade'],
  ],
  chinese: [
    ['球队', '比赛', '进球', '教练', '冠军'],
    ['银行', '股票', '市场', '价格', '基金'],
  ],
} as const

/** Texts of words of one of two topics, among words of both. */
const textsOf = (language: keyof typeof topics, count: number, seed: number) => {
  const random = createRandom(seed, 'texts')
  const words = topics[language]
  return Array.from({ length: count }, (_, index) => {
    const label = index % 2
    const chosen = Array.from({ length: 6 }, () => {
      const topic = random.uniform() < 0.8 ? label : 1 - label
      return words[topic]![random.integer(5)]!
    })
    return { text: chosen.join(language === 'english' ? ' ' : ''), label }
  })
}

describe.each(['english', 'chinese'] as const)('of %s', (language) => {
  const [training, heldOut, test_] = [200, 100, 200].map((count, seed) =>
    textsOf(language, count, seed),
  )
  const train = (seed: number) => trainLinearBaseline(training!, heldOut!, { labels: 2, seed })

  test('it learns the words of each topic', async () => {
    const baseline = await train(1)
    const right = test_!.filter(({ text, label }) => baseline.classify(text) === label)
    // The majority of six words with 0.8 each is right in about 94 % (ties are guessed).
    expect(right.length / test_!.length).toBeGreaterThan(0.88)
  })

  test('the same seed trains the same', async () => {
    const [first, second] = [await train(3), await train(3)]
    const guesses = ({ classify }: typeof first) => test_!.map(({ text }) => classify(text))
    expect(guesses(first)).toEqual(guesses(second))
  })
})

test('a text without any known n-gram is taken for the commonest label', async () => {
  const training = textsOf('english', 60, 1).filter(({ label }, index) => label === 0 || index < 12)
  const baseline = await trainLinearBaseline(training, training, { labels: 2, seed: 1 })
  expect(baseline.classify('zzz')).toBe(0)
})

test('numbers of a table are told apart by a weighted sum of them', async () => {
  const rows = Array.from({ length: 40 }, (_, index) => {
    const [width, height] = [(index * 7) % 10, (index * 3) % 11]
    return { text: `${width} ${height}`, label: width + height > 10 ? 1 : 0 }
  })
  const columns = [
    { name: 'width', mean: 4.5, deviation: 3 },
    { name: 'height', mean: 5, deviation: 3 },
  ]
  const { name, classify } = await trainLinearBaseline(rows, rows, { labels: 2, seed: 1, columns })
  expect(name).toBe('linear numbers')
  expect(rows.filter(({ text, label }) => classify(text) !== label)).toHaveLength(0)
})
