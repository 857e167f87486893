import { expect, test } from 'vitest'
import { tensorOf } from '../../engine/tensor/tensor.js'
import { learnGrams } from '../../tokenizers/text/grams.js'
import {
  createLinearScorer,
  linearTensors,
  readLinearTensors,
  scoreRow,
} from './linear-classifier.js'

const features = { kind: 'ngrams', unit: 'words', orders: 1 } as const
const vocabulary = await learnGrams(['a b'], features)
const classifier = { weights: Float32Array.of(1, 0, 0, 4), bias: Float32Array.of(0.5, 0) }
const votes = { network: 0.25, linear: 1.5 }

test('scores are sums of weights, by the values of a row, and the bias', () => {
  const row = { features: Int32Array.of(0, 1), values: Float32Array.of(2, 0.5) }
  expect([...scoreRow(classifier, row)]).toEqual([2.5, 2])
})

test('a text without any known n-gram has the bias alone', () => {
  expect([
    ...createLinearScorer({ vocabulary, classifier, votes }, features)('zzz').scores,
  ]).toEqual([0.5, 0])
})

test('a written classifier is read back, and refused where it does not fit', () => {
  const tensors = new Map(linearTensors({ vocabulary, classifier, votes }))
  const config = { labels: ['x', 'y'], linear: features }
  const path = 'model/linear.safetensors'
  expect(readLinearTensors(tensors, config, path)).toEqual({ vocabulary, classifier, votes })
  expect(() => readLinearTensors(tensors, { ...config, labels: ['x', 'y', 'z'] }, path)).toThrow(
    'model/linear.safetensors: tensor weights: expected float32 [2, 3], found float32 [2, 2]',
  )
  tensors.set('keys', tensorOf('float32', [1, 2]))
  expect(() => readLinearTensors(tensors, config, path)).toThrow(
    'tensor keys: expected int32 [2], found',
  )
})

test('that of numbers reads standardised ones, and is written without n-grams', () => {
  const columns = [
    { name: 'width', mean: 1, deviation: 2 },
    { name: 'height', mean: 0, deviation: 1 },
  ]
  const part = { vocabulary: columns, classifier, votes }
  expect([...createLinearScorer(part, { kind: 'numbers' })('5 3').scores]).toEqual([2.5, 12])
  const tensors = new Map(linearTensors(part))
  expect([...tensors.keys()]).toEqual(['weights', 'bias', 'votes'])
  const config = { labels: ['x', 'y'], columns, linear: { kind: 'numbers' } as const }
  expect(readLinearTensors(tensors, config, 'path')).toEqual(part)
})
