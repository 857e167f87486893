/**
 * How well labels were guessed: accuracy, macro F1, precision and recall of each label, and which
 * ones were taken for which.
 */

export interface LabelMeasures {
  readonly label: string
  /** The share of the guesses of this label that were right; 0 where there were none. */
  readonly precision: number
  /** The share of this label's rows that were found; 0 where there are none. */
  readonly recall: number
  /** The harmonic mean of both. */
  readonly f1: number
  /** Rows of this label. */
  readonly rows: number
}

export interface ClassificationMeasures {
  readonly rows: number
  readonly accuracy: number
  /** The mean of F1 over the labels that occur or were guessed, each weighing the same. */
  readonly macroF1: number
  readonly labels: readonly LabelMeasures[]
  /** How many rows of a label (first index) were taken for another (second). */
  readonly confusion: readonly (readonly number[])[]
}

const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole)

/** Measures guesses against the truth, both as places among the labels. */
export const measureClassification = (
  labels: readonly string[],
  truth: ArrayLike<number>,
  guesses: ArrayLike<number>,
): ClassificationMeasures => {
  const confusion = labels.map(() => labels.map(() => 0))
  for (let row = 0; row < truth.length; row++) confusion[truth[row]!]![guesses[row]!]!++
  const byLabel = labels.map((label, place): LabelMeasures => {
    const right = confusion[place]![place]!
    const rows = confusion[place]!.reduce((sum, count) => sum + count, 0)
    const guessed = confusion.reduce((sum, counts) => sum + counts[place]!, 0)
    return {
      label,
      precision: ratio(right, guessed),
      recall: ratio(right, rows),
      f1: ratio(2 * right, rows + guessed),
      rows,
    }
  })
  const isSeen = (place: number) => confusion.some((counts) => counts[place]! > 0)
  const seen = byLabel.filter(({ rows }, place) => rows > 0 || isSeen(place))
  const right = confusion.reduce((sum, counts, place) => sum + counts[place]!, 0)
  return {
    rows: truth.length,
    accuracy: ratio(right, truth.length),
    macroF1: ratio(
      seen.reduce((sum, { f1 }) => sum + f1, 0),
      seen.length,
    ),
    labels: byLabel,
    confusion,
  }
}

/** The place of the largest of some numbers, the first of equal ones. */
export const bestOf = (scores: ArrayLike<number>): number => {
  let best = 0
  for (let place = 1; place < scores.length; place++)
    if (scores[place]! > scores[best]!) best = place
  return best
}
