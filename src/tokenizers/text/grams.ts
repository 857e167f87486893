/**
 * The n-grams of a text's pieces as a sparse row of features: each that the training texts have, by
 * how often it comes and how rare it is (TF-IDF). N-grams are known by their hashes, of 32 bits, so
 * that a million of them hardly ever meet; in a table of few buckets, where they do, a classifier
 * loses a point and more. The hash is part of trained models: changing it makes them worthless.
 */

import { createPause } from '../../engine/runtime/create-pause.js'
import { hashOf } from '../../engine/tensor/random.js'
import { type PieceUnit, piecesOf } from './text-pieces.js'

export interface GramOptions {
  readonly unit: PieceUnit
  /** The n-grams are of 1 up to so many pieces. */
  readonly orders: number
}

/** Orders that suit texts: Chinese words have about two characters. */
export const usualOrders: Readonly<Record<PieceUnit, number>> = { words: 2, characters: 3 }

/** The n-grams that count: those of row i of a table. */
export interface GramVocabulary {
  /** Their hashes. */
  readonly keys: Int32Array
  /** How rare they are: ln of the inverse share of texts that have them, and 1. */
  readonly rarity: Float32Array
}

/** A text's features and their weights, whose squares add up to 1. */
export interface SparseRow {
  readonly features: Int32Array
  readonly values: Float32Array
}

/** How often each n-gram occurs in a text, by its hash. */
const countGrams = (text: string, { unit, orders }: GramOptions): Map<number, number> => {
  const pieces = piecesOf(text, unit)
  const counts = new Map<number, number>()
  for (let start = 0; start < pieces.length; start++) {
    let gram = ''
    for (let order = 0; order < orders && start + order < pieces.length; order++) {
      gram += `${order === 0 ? '' : '\u0000'}${pieces[start + order]}`
      const key = hashOf(0, gram) | 0
      counts.set(key, (counts.get(key) ?? 0) + 1)
    }
  }
  return counts
}

export interface LearnGramsOptions {
  /** How many n-grams count at most, those that most texts have; all when left out. */
  readonly limit?: number | undefined
  /** Ends the search, which then throws the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/** The n-grams of texts. It occupies the thread that calls it, but for short turns. */
export const learnGrams = async (
  texts: readonly string[],
  options: GramOptions,
  { limit = Number.POSITIVE_INFINITY, signal }: LearnGramsOptions = {},
): Promise<GramVocabulary> => {
  const pause = createPause(signal)
  const counts = new Map<number, number>()
  for (const text of texts) {
    await pause()
    for (const key of countGrams(text, options).keys()) counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  const all = [...counts]
  // Sorting is stable, so of equally common n-grams the first count.
  const chosen = all.length <= limit ? all : all.sort((a, b) => b[1] - a[1]).slice(0, limit)
  return {
    keys: Int32Array.from(chosen, ([key]) => key),
    rarity: Float32Array.from(
      chosen,
      ([, count]) => Math.log((1 + texts.length) / (1 + count)) + 1,
    ),
  }
}

/** Makes rows of texts; n-grams outside of the vocabulary do not count. */
export const createGramReader = (
  { keys, rarity }: GramVocabulary,
  options: GramOptions,
): ((text: string) => SparseRow) => {
  const places = new Map(Array.from(keys, (key, place) => [key, place]))
  return (text) => {
    const features: number[] = []
    const values: number[] = []
    for (const [key, count] of countGrams(text, options)) {
      const place = places.get(key)
      if (place === undefined) continue
      features.push(place)
      values.push((1 + Math.log(count)) * rarity[place]!)
    }
    // A long text has more n-grams than a call has room for arguments.
    const norm = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0)) || 1
    return {
      features: Int32Array.from(features),
      values: Float32Array.from(values, (value) => value / norm),
    }
  }
}
