/**
 * Drops documents that are nearly the same as an earlier one: those whose sets of shingles, runs of
 * characters or words, have a Jaccard similarity above a bound. It is estimated by MinHash (Broder
 * 1997) from one byte of each hash (b-bit minwise hashing, Li and König 2010), and only for pairs
 * that agree in a whole band of hashes (Leskovec, Rajaraman and Ullman, Mining of Massive Datasets).
 */

import { hashOf } from '../../../engine/tensor/random.js'
import type { TextFilter } from './filter.js'
import { createHashTable, createTextHash } from './text-hash.js'

export interface ShingleOptions {
  readonly unit: 'characters' | 'words'
  /** Units in a shingle. */
  readonly length: number
}

export interface NearDuplicateOptions {
  /** Jaccard similarity from which a document is dropped. */
  readonly similarity: number
  readonly shingles: ShingleOptions
}

/** Hash functions: an estimate of a similarity of 0.8 is off by 0.035 in the mean. */
const hashes = 128
/** The chance that a pair at the bound shares a band, at least. */
const leastRecall = 0.9
/** Documents that are remembered, in up to 600 MB; of those after them, near duplicates stay. */
const mostDocuments = 2 ** 20

const seeds = Int32Array.from({ length: hashes }, (_, index) => hashOf(0, 'near', index))
const factors = Int32Array.from({ length: hashes }, (_, index) => hashOf(1, 'near', index) | 1)

/** Calls back with a hash of each shingle of a text, letter case and white space aside. */
export const eachShingle = (
  text: string,
  { unit, length }: ShingleOptions,
  visit: (hash: number) => void,
): void => {
  const plain = text.toLowerCase().replace(/\s+/g, ' ').trim()
  if (plain === '') return
  const units = unit === 'words' ? plain.split(' ') : Array.from(plain)
  const codes = units.map((one) => hashOf(0, one))
  // A text shorter than a shingle is one of its own.
  for (let start = 0; start < Math.max(1, codes.length - length + 1); start++) {
    let hash = 0x243f6a88
    for (let place = start; place < Math.min(codes.length, start + length); place++) {
      hash = Math.imul(hash ^ codes[place]!, 0x9e3779b1)
      hash ^= hash >>> 15
    }
    visit(hash)
  }
}

/** The least value of each hash function over the shingles that were added. */
export const createSignature = () => {
  const least = new Uint32Array(hashes).fill(0xffffffff)
  return {
    least,
    add: (shingle: number) => {
      for (let index = 0; index < hashes; index++) {
        let x = Math.imul(shingle ^ seeds[index]!, factors[index]!)
        x = Math.imul(x ^ (x >>> 16), 0x85ebca6b)
        const value = (x ^ (x >>> 13)) >>> 0
        if (value < least[index]!) least[index] = value
      }
    },
  }
}

/** The similarity that two signatures tell, from their lowest bytes: 1 of 256 agrees by chance. */
export const estimateSimilarity = (first: ArrayLike<number>, second: ArrayLike<number>): number => {
  let same = 0
  for (let index = 0; index < hashes; index++) {
    if ((first[index]! & 0xff) === (second[index]! & 0xff)) same++
  }
  return Math.max(0, (same / hashes - 1 / 256) / (1 - 1 / 256))
}

/** Hashes in a band: the most for which pairs at the bound still share one, 1 - (1 - s^r)^b. */
export const rowsOfBand = (similarity: number): number => {
  const recall = (rows: number) => 1 - (1 - similarity ** rows) ** (hashes / rows)
  return [16, 8, 4, 2].find((rows) => recall(rows) >= leastRecall) ?? 1
}

export const createNearDuplicates = ({
  similarity,
  shingles,
}: NearDuplicateOptions): TextFilter => {
  const rows = rowsOfBand(similarity)
  const bands = hashes / rows
  // By band, the first document that has it.
  const known = createHashTable({ mostEntries: mostDocuments * bands })
  let kept = new Uint8Array(2 ** 10 * hashes)
  let documents = 0
  const remember = (least: Uint32Array) => {
    if ((documents + 1) * hashes > kept.length) {
      const larger = new Uint8Array(2 * kept.length)
      larger.set(kept)
      kept = larger
    }
    kept.set(Uint8Array.from(least), documents * hashes)
    documents++
  }
  return {
    name: 'near duplicates',
    judge: () => {
      const { least, add } = createSignature()
      return {
        read: (piece) => eachShingle(piece, shingles, add),
        verdict: () => {
          const keys = Array.from({ length: bands }, (_, band) => {
            const hash = createTextHash()
            hash.addNumber(band)
            for (const value of least.subarray(band * rows, (band + 1) * rows)) {
              hash.addNumber(value)
            }
            return hash.value()
          })
          const candidates = new Set(keys.map((key) => known.get(key)))
          for (const candidate of candidates) {
            if (candidate === undefined) continue
            const other = kept.subarray(candidate * hashes, (candidate + 1) * hashes)
            if (estimateSimilarity(least, other) >= similarity) return 'drop'
          }
          if (documents < mostDocuments) {
            for (const key of keys) known.add(key, documents)
            remember(least)
          }
          return 'keep'
        },
      }
    },
  }
}
