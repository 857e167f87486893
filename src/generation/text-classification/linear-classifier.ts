/**
 * The linear half of a classifier of texts: scores of labels as weighted sums of a text's n-grams. It
 * stands beside the network rather than in it, since a row has few of very many features.
 */

import { type Tensor, tensorOf } from '../../engine/tensor/tensor.js'
import { StorageError } from '../../errors.js'
import type { NamedTensors } from '../../storage/safetensors.js'
import {
  createGramReader,
  type GramOptions,
  type GramVocabulary,
  type SparseRow,
} from '../../tokenizers/text/grams.js'

export interface LinearClassifier {
  /** [features, labels], row by row. */
  readonly weights: Float32Array
  /** [labels]. */
  readonly bias: Float32Array
}

/** A linear classifier with the n-grams that are its features. */
export interface GramClassifier {
  readonly vocabulary: GramVocabulary
  readonly classifier: LinearClassifier
}

/** Scores of the labels, before any softmax. */
export const scoreRow = (
  { weights, bias }: LinearClassifier,
  { features, values }: SparseRow,
): Float64Array => {
  const scores = Float64Array.from(bias)
  const labels = scores.length
  for (let index = 0; index < features.length; index++) {
    const start = features[index]! * labels
    const value = values[index]!
    for (let label = 0; label < labels; label++) {
      scores[label] = scores[label]! + value * weights[start + label]!
    }
  }
  return scores
}

/** A function that scores texts. */
export const createGramScorer = (
  { vocabulary, classifier }: GramClassifier,
  options: GramOptions,
): ((text: string) => Float64Array) => {
  const read = createGramReader(vocabulary, options)
  return (text) => scoreRow(classifier, read(text))
}

/** The tensors of a file that holds one. */
export const gramTensors = ({
  vocabulary: { keys, rarity },
  classifier: { weights, bias },
}: GramClassifier): [string, Tensor][] => [
  ['keys', tensorOf('int32', keys)],
  ['rarity', tensorOf('float32', rarity)],
  ['weights', tensorOf('float32', weights, [keys.length, bias.length])],
  ['bias', tensorOf('float32', bias)],
]

/** The classifier that tensors of a file are. Throws StorageError where they do not fit together. */
export const readGramTensors = (
  tensors: NamedTensors,
  { labels, path }: { labels: number; path: string },
): GramClassifier => {
  const dataOf = <D extends 'int32' | 'float32'>(
    name: string,
    dtype: D,
    shape: readonly number[],
  ) => {
    const tensor = tensors.get(name)
    if (
      tensor?.dtype === dtype &&
      tensor.shape.length === shape.length &&
      shape.every((size, axis) => tensor.shape[axis] === size)
    ) {
      return (tensor as Tensor<D>).data
    }
    const found = tensor === undefined ? 'nothing' : `${tensor.dtype} [${tensor.shape.join(', ')}]`
    throw new StorageError(
      `${path}: tensor ${name}: expected ${dtype} [${shape.join(', ')}], found ${found}. ` +
        'The n-grams do not belong to this config.json; copy the folder again.',
    )
  }
  const features = tensors.get('keys')?.shape[0] ?? 0
  return {
    vocabulary: {
      keys: dataOf('keys', 'int32', [features]),
      rarity: dataOf('rarity', 'float32', [features]),
    },
    classifier: {
      weights: dataOf('weights', 'float32', [features, labels]),
      bias: dataOf('bias', 'float32', [labels]),
    },
  }
}
