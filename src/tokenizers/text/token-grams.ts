/**
 * The n-grams of a text's tokens as buckets of a hashed table (Weinberger et al. 2009). The hash is
 * part of a trained model: changing it makes the tables of all models worthless.
 */

export interface TokenGramOptions {
  /** The n-grams are of 1 up to so many tokens. */
  readonly orders: number
  readonly buckets: number
}

/** What words are spread by, and the multipliers of MurmurHash3's finalizer. */
export const multipliers = [0x9e3779b1, 0x85ebca6b, 0xc2b2ae35] as const

/** What the chains of hashes start with. */
export const firstHash = 0x243f6a88

/** MurmurHash3's finalizer, one link of a chain for each token. */
const mix = (hash: number, word: number): number => {
  const [spread, first, second] = multipliers
  let x = (hash ^ Math.imul(word + 1, spread)) | 0
  x = Math.imul(x ^ (x >>> 16), first)
  x = Math.imul(x ^ (x >>> 13), second)
  return x ^ (x >>> 16)
}

/**
 * The buckets of all n-grams, those of later places last. A negative id, such as one dropped in
 * training, is in no n-gram.
 */
export const bucketsOf = (
  ids: ArrayLike<number>,
  { orders, buckets }: TokenGramOptions,
): number[] => {
  const found: number[] = []
  for (let start = 0; start < ids.length; start++) {
    let hash = firstHash
    for (let order = 1; order <= orders && start + order <= ids.length; order++) {
      const id = ids[start + order - 1]!
      if (id < 0) break
      hash = mix(hash, id)
      found.push((mix(hash, order) >>> 0) % buckets)
    }
  }
  return found
}
