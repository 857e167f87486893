/** Puts what a tokenizer has around a text around ids; without that, what starts a document. */

import type { TextTokenizer } from '../../tokenizers/text/index.js'
import type { LanguageConfig } from './config.js'

export const surround = (
  ids: readonly number[],
  text: TextTokenizer,
  { tokens: { bos } }: Pick<LanguageConfig, 'tokens'>,
): number[] => {
  const { surroundings } = text.definition
  if (surroundings === undefined) return [...(bos === undefined ? [] : [bos]), ...ids]
  const { before = [], after = [] } = surroundings
  return [...before.map(text.idOf), ...ids, ...after.map(text.idOf)]
}
