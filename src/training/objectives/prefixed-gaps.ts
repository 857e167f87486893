/**
 * Rows that teach one network to continue texts and to fill gaps in them. Some rows begin with a
 * prefix, which sees itself from both sides and in which spans are masked; what comes behind it is
 * learned token by token, as in other rows (Dong et al. 2019, Raffel et al. 2020). A gap is read at the
 * token before it, where whatever comes next is read: so a state means the same to both, and filling
 * gaps gains by all that continuing teaches (Charpentier & Samuel 2024; figures in docs/log.md).
 */

import type { Random } from '../../engine/tensor/random.js'
import {
  chooseSpans,
  createMaskableFinder,
  type LanguageTokens,
  type MaskingOptions,
  maskedCount,
  type TokenRow,
} from './language.js'

/**
 * How many times as many of a prefix's tokens are in gaps as where gaps are filled. Few tokens are of
 * prefixes, and more gaps teach more than the harder reading costs (Wettig et al. 2023).
 */
const crowding = 2

/** Gaps leave at least something to read. */
const largestShare = 0.5

export interface PrefixedGapsOptions extends MaskingOptions {
  /** The chance that a row begins with a prefix. */
  readonly chance: number
  /** Tokens that the network reads in a row: a prefix has from one to all of them. */
  readonly time: number
}

/**
 * Makes rows begin with prefixes at random. The gaps of a prefix count together as much as all of its
 * tokens would, so that few prefixes suffice.
 */
export const createPrefixer = (
  tokens: LanguageTokens,
  { chance, time, share, span }: PrefixedGapsOptions,
) => {
  const mayMask = createMaskableFinder(tokens, { readsBefore: true })
  const ownShare = Math.max(share, Math.min(crowding * share, largestShare))
  return (row: TokenRow, random: Random): TokenRow => {
    if (random.uniform() >= chance) return row
    const length = Math.min(1 + random.integer(time), row.ids.length)
    const isMaskable = Array.from({ length }, (_, token) => mayMask(row.ids, token))
    const gaps = new Uint8Array(length)
    const places = chooseSpans(isMaskable, maskedCount({ time: length }, ownShare), span, random)
    for (const place of places) gaps[place] = 1
    return {
      ...row,
      gaps,
      prefixes: new Uint8Array(length).fill(1),
      counts: Float32Array.from(gaps, (isGap) => (isGap === 1 ? length / places.length : 0)),
    }
  }
}
