/** `pipeline('fill-mask')`: a text with a gap in, the likeliest tokens for it out. */

import { weigh } from '../../engine/tensor/softmax.js'
import { DataError } from '../../errors.js'
import { checkOptions } from '../check-options.js'
import { surround } from '../text/surround.js'
import type { TextModel } from '../text/text-model.js'
import { oneOrSeveral } from './one-or-several.js'

export interface FillMaskOptions {
  /** How many tokens; 5 when left out. */
  readonly top_k?: number
}

export interface FillMaskOutput {
  /** The probability of the token. */
  readonly score: number
  readonly token: number
  readonly token_str: string
  /** The text with the token in its gap. */
  readonly sequence: string
}

export interface FillMaskPipeline {
  /**
   * What may stand in the first gap of a text, which is written [MASK] or as the tokenizer spells
   * it. Throws DataError for a text without one.
   */
  (text: string, options?: FillMaskOptions): Promise<FillMaskOutput[]>
  (texts: readonly string[], options?: FillMaskOptions): Promise<FillMaskOutput[][]>
  dispose(): Promise<void>
}

/** How a gap may be written whatever the tokenizer calls it. */
const anyMask = '[MASK]'

/** Throws DataError for a model that was not trained to fill gaps. */
export const createFillMask = (model: TextModel): FillMaskPipeline => {
  const { config, text } = model
  const { mask } = config.tokens
  if (mask === undefined || !config.skills.includes('fill')) {
    throw new DataError(
      'fill-mask: expected a model that was trained to fill gaps (skills: fill, and a mask token), ' +
        `got one that was trained to ${config.skills.join(' and ')}. Take text-generation instead`,
    )
  }
  const spelling = text.tokenOf(mask)

  /** The ids of a text, and the place of its first gap among them. */
  const read = (given: string): { ids: number[]; place: number } => {
    const parts = given.replaceAll(anyMask, spelling).split(spelling)
    if (parts.length === 1) {
      throw new DataError(
        `fill-mask: expected a text with a gap, written ${spelling} or ${anyMask}, got ` +
          `${JSON.stringify(given)}. Write one where a word is wanted`,
      )
    }
    // Where a character unknown to the tokenizer is read as a mask too, a gap is told by its place alone.
    const gap = -1
    const ids = parts.flatMap((part, index) => [...(index > 0 ? [gap] : []), ...text.encode(part)])
    const all = surround(ids, text, config)
    return { ids: all.map((id) => (id === gap ? mask : id)), place: all.indexOf(gap) }
  }

  const fill = async (given: string, count: number): Promise<FillMaskOutput[]> => {
    const { ids, place } = read(given)
    const readAt = config.readsGapsBefore ? place - 1 : place
    if (readAt < 0) {
      throw new DataError(
        'fill-mask: the gap is the first token, and this model reads gaps at the token before. ' +
          'Write something before it',
      )
    }
    const scores = (await model.scoresAt(ids, readAt)).subarray(0, text.vocabularySize)
    const { weights, total } = weigh(scores)
    return Array.from(weights, (_, token) => token)
      .sort((a, b) => weights[b]! - weights[a]! || a - b)
      .slice(0, count)
      .map((token) => ({
        score: weights[token]! / total,
        token,
        token_str: text.decode([token], { skipSpecial: false }),
        sequence: text.decode(ids.with(place, token)),
      }))
  }
  const call = async (
    texts: string | readonly string[],
    { top_k: count = 5 }: FillMaskOptions = {},
  ) => {
    checkOptions({ count }, { count: 'top_k' })
    return oneOrSeveral(texts, (given) => fill(given, count))
  }
  // One input has one answer, and a list has a list of them.
  return Object.assign(call, { dispose: () => model.close() }) as FillMaskPipeline
}
