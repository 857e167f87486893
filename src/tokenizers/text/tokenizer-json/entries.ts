/** Vocabularies and merges as files hold them, checked and turned into ids. */

import { StorageError } from '../../../errors.js'

/** Tokens by id. Throws StorageError unless every id from 0 on belongs to one token. */
export const listTokens = (
  entries: readonly (readonly [token: string, id: number])[],
): string[] => {
  const tokens: string[] = new Array(entries.length)
  for (const [token, id] of entries) {
    if (!Number.isInteger(id) || id < 0 || id >= entries.length || tokens[id] !== undefined) {
      throw new StorageError(
        `vocabulary: token ${JSON.stringify(token)} has id ${id}; expected each id from 0 to ` +
          `${entries.length - 1} once. Tokenizers with gaps between their ids are not supported.`,
      )
    }
    tokens[id] = token
  }
  return tokens
}

/** Merges as pairs of ids. Throws StorageError on one that is not two tokens. */
export const readMerges = (
  merges: readonly (readonly string[])[],
  idsByToken: ReadonlyMap<string, number>,
): [left: number, right: number][] =>
  merges.map((merge, rank) => {
    const [left, right] = merge.map((token) => idsByToken.get(token))
    if (merge.length === 2 && left !== undefined && right !== undefined) return [left, right]
    throw new StorageError(
      `merge ${rank} (${merge.join(' ')}): expected two tokens of the vocabulary. ` +
        'The vocabulary and the merges belong to different tokenizers.',
    )
  })
