/**
 * Makes what was said less likely to be said again (Keskar et al. 2019, CTRL, section 4.1), the way
 * transformers.js counts it: every id of the prompt and of the text written so far, once.
 */

/** Divides positive scores of earlier ids by the penalty and multiplies negative ones, in place. */
export const penalizeRepetition = (
  scores: Float32Array,
  earlier: readonly number[],
  penalty: number,
): void => {
  for (const id of new Set(earlier)) {
    const score = scores[id]!
    // Dividing a negative score would make it more likely.
    scores[id] = score < 0 ? score * penalty : score / penalty
  }
}
