/** What a caller may name as special tokens when a tokenizer is trained. */

import { DataError } from '../../errors.js'

/** Throws DataError on a name that ordinary text could be mistaken for, or that is given twice. */
export const checkSpecialTokens = (tokens: readonly string[]): void => {
  for (const [index, token] of tokens.entries()) {
    const fault =
      [...token].length < 2
        ? 'is shorter than two characters'
        : /\p{Surrogate}/u.test(token)
          ? 'holds half a surrogate pair'
          : tokens.indexOf(token) !== index
            ? 'is named twice'
            : undefined
    if (fault === undefined) continue
    throw new DataError(
      `special token ${JSON.stringify(token)} ${fault}. Choose a name of its own, such as <bos>.`,
    )
  }
}
