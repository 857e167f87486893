import { expect, test } from 'vitest'
import { createGramScorer } from '../generation/text-classification/linear-classifier.js'
import { trainLinearClassifier } from './linear-classifier.js'
import { bestOf } from './metrics/classification.js'

const grams = { unit: 'words', orders: 1 } as const
const lines = [
  ...Array.from({ length: 8 }, (_, index) => ({ text: `good x${index % 4}`, label: 0 })),
  ...Array.from({ length: 2 }, (_, index) => ({ text: `bad x${index}`, label: 1 })),
]
const options = { labels: 2, seed: 1 }

test('texts are sorted by the words that tell their labels apart', () => {
  const score = createGramScorer(trainLinearClassifier(lines, lines, grams, options), grams)
  expect(bestOf(score('x0 good'))).toBe(0)
  expect(bestOf(score('x0 bad'))).toBe(1)
})

test('labels that weigh more are guessed more readily', () => {
  const train = (labelWeights: readonly number[]) =>
    trainLinearClassifier(lines, lines, grams, { ...options, labelWeights, epochs: 1 })
  const lean = (labelWeights: readonly number[]) => {
    const [first, second] = createGramScorer(train(labelWeights), grams)('x0')
    return second! - first!
  }
  expect(lean([0.1, 1])).toBeGreaterThan(lean([1, 0.1]))
})

test('only the commonest n-grams are features where there may be few', () => {
  const { vocabulary, classifier } = trainLinearClassifier(lines, lines, grams, {
    ...options,
    features: 3,
  })
  expect(vocabulary.keys).toHaveLength(3)
  expect(classifier.weights).toHaveLength(6)
})
