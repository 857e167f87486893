/**
 * How sources and targets become ids. A source may begin with the way that is wanted, as text, so
 * that any tokenizer has it: `zh: I try.` asks for Chinese. In a decoder-only network the token that
 * ends texts also divides the source from the target: `<bos> source <eos> target <eos>`.
 */

import { DataError } from '../../errors.js'
import type { TextTokenizer } from '../../tokenizers/text/index.js'
import { endsOf } from '../text/config.js'
import type { TextPairsConfig } from './config.js'

/** Ids of a text, of which the end is left out where it was too long. */
export interface CutIds {
  readonly ids: readonly number[]
  readonly isCut: boolean
}

const cutTo = (ids: readonly number[], length: number): CutIds => ({
  ids: ids.slice(0, length),
  isCut: ids.length > length,
})

/** What asks for a language. */
export const tagIn = (language: string): string => `${language}: `

/** What stands before a source. Throws DataError for a language that the model does not write. */
export const tagOf = (
  to: string | undefined,
  { languages, isBothWays }: Pick<TextPairsConfig, 'languages' | 'isBothWays'>,
): string => {
  const known = isBothWays ? languages : languages.slice(1)
  if (to !== undefined && !known.includes(to)) {
    throw new DataError(`the language: expected ${known.join(' or ')}, got ${to}`)
  }
  if (!isBothWays) return ''
  if (to !== undefined) return tagIn(to)
  throw new DataError(
    `the model writes ${known.join(' and ')}: say which one you want by the option to, such as ${known[0]}`,
  )
}

/** A source's ids, with its tag. */
export const encodeSource = (
  source: string,
  text: TextTokenizer,
  config: Pick<TextPairsConfig, 'languages' | 'isBothWays' | 'sourceLength'>,
  to?: string,
): CutIds => cutTo(text.encode(tagOf(to, config) + source), config.sourceLength)

/** A target's ids, with the token that ends it unless its end is left out. */
export const encodeTarget = (
  target: string,
  text: TextTokenizer,
  config: Pick<TextPairsConfig, 'tokens' | 'targetLength'>,
): CutIds => {
  const { ids, isCut } = cutTo(text.encode(target), config.targetLength)
  return { ids: isCut ? ids : [...ids, endOf(config)], isCut }
}

/** What a decoder-only network reads before it writes. */
export const prefixOf = (
  source: readonly number[],
  config: Pick<TextPairsConfig, 'tokens'>,
): number[] => [startOf(config), ...source, endOf(config)]

/** The token with which texts begin; that which ends them where there is none of its own. */
export const startOf = (config: Pick<TextPairsConfig, 'tokens'>): number =>
  config.tokens.bos ?? endOf(config)

/** The token that ends texts. Throws DataError where there is none. */
export const endOf = (config: Pick<TextPairsConfig, 'tokens'>): number => {
  const [end] = endsOf(config)
  if (end !== undefined) return end
  throw new DataError(
    'the model: expected a token that ends texts, and it has none. Start from another model',
  )
}
