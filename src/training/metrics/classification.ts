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

export interface GuessMeasures {
  readonly rows: number
  readonly accuracy: number
  /** The mean of F1 over the labels that occur or were guessed, each weighing the same. */
  readonly macroF1: number
}

export interface ClassificationMeasures extends GuessMeasures {
  readonly labels: readonly LabelMeasures[]
  /** How many rows of a label (first index) were taken for another (second). */
  readonly confusion: readonly (readonly number[])[]
}

const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole)

/** What is counted of a label. */
interface LabelCounts {
  rows: number
  guessed: number
  right: number
}

const f1Of = ({ rows, guessed, right }: LabelCounts): number => ratio(2 * right, rows + guessed)

const countLabels = (
  labels: number,
  truth: ArrayLike<number>,
  guesses: ArrayLike<number>,
): LabelCounts[] => {
  const counts = Array.from({ length: labels }, () => ({ rows: 0, guessed: 0, right: 0 }))
  for (let row = 0; row < truth.length; row++) {
    const [own, guessed] = [counts[truth[row]!]!, counts[guesses[row]!]!]
    own.rows++
    guessed.guessed++
    if (own === guessed) own.right++
  }
  return counts
}

const summarize = (counts: readonly LabelCounts[], rows: number): GuessMeasures => {
  const seen = counts.filter((own) => own.rows + own.guessed > 0)
  return {
    rows,
    accuracy: ratio(
      counts.reduce((sum, { right }) => sum + right, 0),
      rows,
    ),
    macroF1: ratio(
      seen.reduce((sum, own) => sum + f1Of(own), 0),
      seen.length,
    ),
  }
}

/** Measures guesses against the truth, both as places among so many labels. */
export const measureGuesses = (
  labels: number,
  truth: ArrayLike<number>,
  guesses: ArrayLike<number>,
): GuessMeasures => summarize(countLabels(labels, truth, guesses), truth.length)

/** The same with each label by itself, and what it was taken for. */
export const measureClassification = (
  labels: readonly string[],
  truth: ArrayLike<number>,
  guesses: ArrayLike<number>,
): ClassificationMeasures => {
  const counts = countLabels(labels.length, truth, guesses)
  const confusion = labels.map(() => labels.map(() => 0))
  for (let row = 0; row < truth.length; row++) confusion[truth[row]!]![guesses[row]!]!++
  return {
    ...summarize(counts, truth.length),
    labels: labels.map((label, place) => {
      const own = counts[place]!
      return {
        label,
        precision: ratio(own.right, own.guessed),
        recall: ratio(own.right, own.rows),
        f1: f1Of(own),
        rows: own.rows,
      }
    }),
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
