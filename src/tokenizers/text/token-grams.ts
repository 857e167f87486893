/**
 * The n-grams of a text's tokens as buckets of a hashed table (Weinberger et al. 2009). The hash is
 * part of a trained model: changing it makes the tables of all models worthless.
 */

export interface TokenGramOptions {
  /** The n-grams are of 1 up to so many tokens. */
  readonly orders: number
  readonly buckets: number
}

/** MurmurHash3's finalizer, one link of a chain for each token. */
const mix = (hash: number, word: number): number => {
  let x = (hash ^ Math.imul(word + 1, 0x9e3779b1)) | 0
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b)
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35)
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
    let hash = 0x243f6a88
    for (let order = 1; order <= orders && start + order <= ids.length; order++) {
      const id = ids[start + order - 1]!
      if (id < 0) break
      hash = mix(hash, id)
      found.push((mix(hash, order) >>> 0) % buckets)
    }
  }
  return found
}
