/** What changes the scores of the next token in the light of the tokens before it. */

import { forbidRepeats } from './no-repeat-ngram.js'
import { penalizeRepetition } from './repetition-penalty.js'

export interface AdjustOptions {
  /** More than 1 avoids what is there already, less seeks it; 1 when left out. */
  readonly repetitionPenalty?: number
  /** No stretch of so many tokens occurs twice; 0, the default, allows all. */
  readonly noRepeatNgram?: number
}

/** What is known before a text begins, and makes some ids likelier. */
export interface Favour {
  readonly favoured: readonly number[]
  /** Nats that are added to their scores. */
  readonly bias: number
}

/** Scores of the token after `ids`, adjusted; the given ones stay as they are. */
export const adjustScores = (
  scores: Float32Array,
  ids: readonly number[],
  {
    repetitionPenalty = 1,
    noRepeatNgram = 0,
    favour,
  }: AdjustOptions & { readonly favour?: Favour | undefined },
): Float32Array => {
  if (repetitionPenalty === 1 && noRepeatNgram === 0 && favour === undefined) return scores
  const adjusted = scores.slice()
  for (const id of favour?.favoured ?? []) adjusted[id]! += favour!.bias
  if (repetitionPenalty !== 1) penalizeRepetition(adjusted, ids, repetitionPenalty)
  if (noRepeatNgram > 0) forbidRepeats(adjusted, ids, noRepeatNgram)
  return adjusted
}
