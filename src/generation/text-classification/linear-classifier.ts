/**
 * The linear half of a classifier: scores of labels as weighted sums of a text's n-grams, or of a
 * row's numbers. It stands beside the network rather than in it, since a text has few of very many
 * features.
 */

import { type NumberColumn, readNumbers } from '../../data/text/number-columns.js'
import { ofDtype, type Tensor, tensorOf } from '../../engine/tensor/tensor.js'
import { StorageError } from '../../errors.js'
import type { NamedTensors } from '../../storage/safetensors.js'
import {
  createGramReader,
  type GramVocabulary,
  type SparseRow,
  usualOrders,
} from '../../tokenizers/text/grams.js'
import { pieceUnitOf } from '../../tokenizers/text/text-pieces.js'
import type { TextClassificationConfig } from './config.js'
import type { LinearVote, VoteWeights } from './vote.js'

/** What its features are. */
export type LinearFeatures = NonNullable<TextClassificationConfig['linear']>

/** Numbers, in the order of a table's columns, or n-grams of a vocabulary. */
export type LinearVocabulary = readonly NumberColumn[] | GramVocabulary

export interface LinearClassifier {
  /** [features, labels], row by row. */
  readonly weights: Float32Array
  /** [labels]. */
  readonly bias: Float32Array
}

/** A linear classifier with what it knows of its features. */
export interface LinearPart {
  readonly vocabulary: LinearVocabulary
  readonly classifier: LinearClassifier
  /** How much it counts beside the network. */
  readonly votes: VoteWeights
}

/** Features that suit texts, or rows of numbers where there are columns. */
export const usualFeatures = (
  texts: readonly string[],
  columns: readonly NumberColumn[] | undefined,
  orders?: number,
): LinearFeatures => {
  if (columns !== undefined) return { kind: 'numbers' }
  const unit = pieceUnitOf(texts)
  return { kind: 'ngrams', unit, orders: orders ?? usualOrders[unit] }
}

/** A function that makes rows of texts. */
export const createRowReader = (
  vocabulary: LinearVocabulary,
  features: LinearFeatures,
): ((text: string) => SparseRow) => {
  if (features.kind === 'ngrams' && 'rarity' in vocabulary) {
    return createGramReader(vocabulary, features)
  }
  const columns = 'rarity' in vocabulary ? [] : vocabulary
  const places = Int32Array.from(columns, (_, column) => column)
  return (text) => ({ features: places, values: Float32Array.from(readNumbers(text, columns)) })
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
export const createLinearScorer = (
  { vocabulary, classifier, votes }: LinearPart,
  features: LinearFeatures,
): ((text: string) => LinearVote & { readonly scores: Float64Array }) => {
  const read = createRowReader(vocabulary, features)
  return (text) => ({ scores: scoreRow(classifier, read(text)), weights: votes })
}

/** The tensors of a file that holds one. */
export const linearTensors = ({
  vocabulary,
  classifier: { weights, bias },
  votes: { network, linear },
}: LinearPart): [string, Tensor][] => [
  ...('rarity' in vocabulary ? vocabularyTensors(vocabulary) : []),
  ['weights', tensorOf('float32', weights, [weights.length / bias.length, bias.length])],
  ['bias', tensorOf('float32', bias)],
  ['votes', tensorOf('float32', [network, linear])],
]

const vocabularyTensors = ({ keys, rarity }: GramVocabulary): [string, Tensor][] => [
  ['keys', tensorOf('int32', keys)],
  ['rarity', tensorOf('float32', rarity)],
]

/** The classifier that tensors of a file are. Throws StorageError where they do not fit together. */
export const readLinearTensors = (
  tensors: NamedTensors,
  { labels, columns = [], linear }: Pick<TextClassificationConfig, 'labels' | 'columns' | 'linear'>,
  path: string,
): LinearPart => {
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
      return ofDtype(tensor, dtype).data
    }
    const found = tensor === undefined ? 'nothing' : `${tensor.dtype} [${tensor.shape.join(', ')}]`
    throw new StorageError(
      `${path}: tensor ${name}: expected ${dtype} [${shape.join(', ')}], found ${found}. ` +
        'The linear classifier does not belong to this config.json; copy the folder again.',
    )
  }
  const isOfNumbers = linear?.kind === 'numbers'
  const [network, beside] = dataOf('votes', 'float32', [2])
  const features = isOfNumbers ? columns.length : (tensors.get('keys')?.shape[0] ?? 0)
  return {
    vocabulary: isOfNumbers
      ? columns
      : {
          keys: dataOf('keys', 'int32', [features]),
          rarity: dataOf('rarity', 'float32', [features]),
        },
    classifier: {
      weights: dataOf('weights', 'float32', [features, labels.length]),
      bias: dataOf('bias', 'float32', [labels.length]),
    },
    votes: { network: network!, linear: beside! },
  }
}
