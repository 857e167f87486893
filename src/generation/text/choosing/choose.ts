/**
 * How the tokens of a text are chosen from scores. A chooser follows one or several sequences side
 * by side; what reads them, and what becomes of the ids, is not its business.
 */

import type { Random } from '../../../engine/tensor/random.js'
import { type SamplingOptions, sampleId } from '../../decoding/sample.js'
import { type AdjustOptions, adjustScores, type Favour } from './adjust-scores.js'
import type { Continuations } from './quoting.js'

/** `stop`: the text has come to its end; `length`: it was not allowed to go on. */
export type Finish = 'stop' | 'length'

export interface Choice {
  /** The next token of each sequence. */
  readonly ids: readonly number[]
  /** Which of the sequences before each of them continues. */
  readonly parents: readonly number[]
  /** Ids of the text that no later choice will change. */
  readonly settled: readonly number[]
  readonly finish?: Finish
  /**
   * At the end: the sum of the logarithms of the tokens' probabilities, with that of the end, over
   * the number of tokens; by a beam search's length penalty, its power.
   */
  readonly score?: number
}

export interface Chooser {
  /** Sequences that are read side by side; all start with the prompt. */
  readonly sequences: number
  /** Takes the scores of each sequence's next token, [sequences][ids]. */
  choose(scores: readonly Float32Array[]): Choice
}

export interface ChooserOptions extends AdjustOptions {
  readonly prompt: readonly number[]
  readonly maxTokens: number
  /** The ids that end a text; they are no part of it. */
  readonly ends: ReadonlySet<number>
  /** Ids that are likelier than the model finds them, where there are such. */
  readonly favour?: Favour | undefined
  /** The only ids that may come, where there are such. */
  readonly continuations?: Continuations | undefined
}

/** Scores without those of other ids. */
const keepOnly = (scores: Float32Array, allowed: ReadonlySet<number>): Float32Array =>
  scores.map((score, id) => (allowed.has(id) ? score : Number.NEGATIVE_INFINITY))

/** Draws one token after another. */
export const createSampler = (
  { prompt, maxTokens, ends, continuations, ...adjust }: ChooserOptions,
  sampling: SamplingOptions,
  random: Random,
): Chooser => {
  const ids = [...prompt]
  let sum = 0
  return {
    sequences: 1,
    choose([scores]) {
      const adjusted = adjustScores(scores!, ids, adjust)
      const allowed = continuations?.(ids.slice(prompt.length))
      const left = allowed === undefined ? adjusted : keepOnly(adjusted, allowed)
      const { id, probability } = sampleId(left, sampling, random)
      sum += Math.log(probability)
      const score = sum / (ids.length - prompt.length + 1)
      if (ends.has(id)) return { ids: [], parents: [], settled: [], finish: 'stop', score }
      ids.push(id)
      const isLast = ids.length - prompt.length === maxTokens
      return {
        ids: [id],
        parents: [0],
        settled: [id],
        ...(isLast ? { finish: 'length' as const, score } : {}),
      }
    },
  }
}
