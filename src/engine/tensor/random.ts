/**
 * Randomness as a function of a seed and a place, never of call order: the n-th number of a stream
 * is a hash of (seed, place, n). Hash: the 32-bit finalizer of MurmurHash3 (Appleby, public domain)
 * applied in a chain, one link for each word.
 */

/** Mixes a word into a hash; both are 32-bit integers. */
const mix = (hash: number, word: number): number => {
  let x = (hash ^ Math.imul(word, 0x9e3779b1)) | 0
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b)
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35)
  return (x ^ (x >>> 16)) + 0x6d2b79f5
}

/** A number or name that is part of a place. */
export type Place = number | string

/** A hash of a seed and a place, 0 to 2^32 - 1. */
export const hashOf = (seed: number, ...place: Place[]): number => {
  let hash = mix(mix(0x243f6a88, seed), Math.floor(seed / 2 ** 32))
  for (const part of place) {
    if (typeof part === 'number') {
      hash = mix(mix(hash, part), Math.floor(part / 2 ** 32))
    } else {
      for (let index = 0; index < part.length; index++) hash = mix(hash, part.charCodeAt(index))
      hash = mix(hash, ~part.length)
    }
  }
  return hash >>> 0
}

/** A stream of random numbers that belongs to one place. */
export interface Random {
  /** The next number, evenly spread over 0 up to but not including 1, with 32 bits. */
  uniform(): number
  /** The next whole number from 0 up to but not including `below`. */
  integer(below: number): number
  /** The next number of a standard normal distribution (Box and Muller 1958). */
  normal(): number
}

/** The stream of random numbers that belongs to a seed and a place. */
export const createRandom = (seed: number, ...place: Place[]): Random => {
  const key = hashOf(seed, ...place)
  const secondKey = hashOf(seed, 'second key', ...place)
  let count = 0
  const uniform = () => (mix(mix(key, count++), secondKey) >>> 0) / 2 ** 32
  return {
    uniform,
    integer: (below) => Math.floor(uniform() * below),
    normal: () => {
      const radius = Math.sqrt(-2 * Math.log(1 - uniform()))
      return radius * Math.cos(2 * Math.PI * uniform())
    },
  }
}
