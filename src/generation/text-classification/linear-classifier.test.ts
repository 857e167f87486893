import { expect, test } from 'vitest'
import { tensorOf } from '../../engine/tensor/tensor.js'
import { learnGrams } from '../../tokenizers/text/grams.js'
import { createGramScorer, gramTensors, readGramTensors, scoreRow } from './linear-classifier.js'

const options = { unit: 'words', orders: 1 } as const
const vocabulary = learnGrams(['a b'], options)
const classifier = { weights: Float32Array.of(1, 0, 0, 4), bias: Float32Array.of(0.5, 0) }

test('scores are sums of weights, by the values of a row, and the bias', () => {
  const row = { features: Int32Array.of(0, 1), values: Float32Array.of(2, 0.5) }
  expect([...scoreRow(classifier, row)]).toEqual([2.5, 2])
})

test('a text without any known n-gram has the bias alone', () => {
  expect([...createGramScorer({ vocabulary, classifier }, options)('zzz')]).toEqual([0.5, 0])
})

test('a written classifier is read back, and refused where it does not fit', () => {
  const tensors = new Map(gramTensors({ vocabulary, classifier }))
  const place = { labels: 2, path: 'model/ngrams.safetensors' }
  expect(readGramTensors(tensors, place)).toEqual({ vocabulary, classifier })
  expect(() => readGramTensors(tensors, { ...place, labels: 3 })).toThrow(
    'model/ngrams.safetensors: tensor weights: expected float32 [2, 3], found float32 [2, 2]',
  )
  tensors.set('keys', tensorOf('float32', [1, 2]))
  expect(() => readGramTensors(tensors, place)).toThrow('tensor keys: expected int32 [2], found')
})
