/** What merges make, looked up in the vocabulary. */

import { StorageError } from '../../errors.js'
import type { MergeRules } from './byte-pair/merge.js'

/** The rules of merges. Throws StorageError where one makes what is no token. */
export const joinMerges = (
  { merges, vocabulary }: { merges: MergeRules['pairs']; vocabulary: readonly string[] },
  idsByToken: ReadonlyMap<string, number>,
): MergeRules => ({
  pairs: merges,
  results: Int32Array.from(merges, ([left, right], rank) => {
    const id = idsByToken.get(`${vocabulary[left]}${vocabulary[right]}`)
    if (id !== undefined) return id
    throw new StorageError(
      `merge ${rank} (${vocabulary[left]} ${vocabulary[right]}): the vocabulary lacks the token ` +
        'that it makes. The vocabulary and the merges belong to different tokenizers.',
    )
  }),
})
