/** Scores as probabilities, on the host: numbers that are added up in their order. */

export interface Weighed {
  readonly largest: number
  /** e^((score - largest) / temperature) of each score. */
  readonly weights: Float64Array<ArrayBuffer>
  /** Their sum: a weight over it is a probability. */
  readonly total: number
}

/** The softmax of scores before it is divided by its sum. */
export const weigh = (scores: ArrayLike<number>, temperature = 1): Weighed => {
  let largest = Number.NEGATIVE_INFINITY
  for (let index = 0; index < scores.length; index++) largest = Math.max(largest, scores[index]!)
  const weights = new Float64Array(scores.length)
  let total = 0
  for (let index = 0; index < scores.length; index++) {
    weights[index] = Math.exp((scores[index]! - largest) / temperature)
    total += weights[index]!
  }
  return { largest, weights, total }
}

/** log Σ e^score */
export const logSumExp = (scores: ArrayLike<number>): number => {
  const { largest, total } = weigh(scores)
  return largest + Math.log(total)
}
