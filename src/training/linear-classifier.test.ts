import { expect, test } from 'vitest'
import { DataError } from '../errors.js'
import {
  createLinearScorer,
  scoreRow,
} from '../generation/text-classification/linear-classifier.js'
import { trainLinearClassifier, trainLinearPart } from './linear-classifier.js'
import { bestOf } from './metrics/classification.js'

const features = { kind: 'ngrams', unit: 'words', orders: 1 } as const
const lines = [
  ...Array.from({ length: 8 }, (_, index) => ({ text: `good x${index % 4}`, label: 0 })),
  ...Array.from({ length: 2 }, (_, index) => ({ text: `bad x${index}`, label: 1 })),
]
const options = { labels: 2, seed: 1, features }

test('texts are classified by the words that tell their labels apart', async () => {
  const score = createLinearScorer(await trainLinearPart(lines, lines, options), features)
  expect(bestOf(score('x0 good').scores)).toBe(0)
  expect(bestOf(score('x0 bad').scores)).toBe(1)
})

test('labels that weigh more are guessed more readily', async () => {
  const train = (labelWeights: readonly number[]) =>
    trainLinearPart(lines, lines, { ...options, labelWeights, epochs: 1 })
  const lean = async (labelWeights: readonly number[]) => {
    const [first, second] = createLinearScorer(await train(labelWeights), features)('x0').scores
    return second! - first!
  }
  expect(await lean([0.1, 1])).toBeGreaterThan(await lean([1, 0.1]))
})

test('only the commonest n-grams are features where there may be few', async () => {
  const { vocabulary, classifier } = await trainLinearPart(lines, lines, { ...options, limit: 3 })
  expect(vocabulary).toMatchObject({ keys: { length: 3 } })
  expect(classifier.weights).toHaveLength(6)
})

test('few rows of numbers are read until their labels are told apart', async () => {
  const rows = Array.from({ length: 12 }, (_, index) => {
    const row = { features: Int32Array.of(0, 1), values: Float32Array.of(index - 5.5, 1) }
    return { row, label: index < 6 ? 0 : 1 }
  })
  // None are held out, so the last epoch counts, and there is one attempt.
  const seen: string[] = []
  const onProgress = (epoch: number, epochs: number) => void seen.push(`${epoch} of ${epochs}`)
  const classifier = await trainLinearClassifier(rows, [], 2, { ...options, onProgress })
  expect(seen).toHaveLength(Math.ceil(20_000 / 12))
  expect(seen.at(-1)).toBe('1667 of 1667')
  expect(rows.map(({ row }) => bestOf(scoreRow(classifier, row)))).toEqual(
    rows.map(({ label }) => label),
  )
})

test('a signal ends it between two rows', async () => {
  const stop = new AbortController()
  const epochs: number[] = []
  const training = trainLinearPart(lines, lines, {
    ...options,
    signal: stop.signal,
    onProgress: (epoch) => {
      epochs.push(epoch)
      if (epoch === 2) stop.abort()
    },
  })
  await expect(training).rejects.toThrow('aborted')
  expect(epochs).toEqual([1, 2])
})

test('no rows at all are an error, and no endless search', async () => {
  await expect(trainLinearPart([], [], options)).rejects.toThrow(DataError)
  await expect(trainLinearClassifier([], [], 2, options)).rejects.toThrow(
    'there is no row to learn from',
  )
})
