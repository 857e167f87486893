/**
 * What a network and a linear classifier hold likely together: scores in, log-probabilities out. A
 * classifier of n-grams knows its training texts by heart, so each learns for itself, and their
 * log-probabilities are weighted (Hinton 2002 calls that a product of experts), as they err on
 * different texts. One of a few numbers cannot, so the network has learned what that one leaves over,
 * as in boosting (Friedman 2001), and their scores add up.
 */

import { weigh } from '../../engine/tensor/softmax.js'

/** How much the scores of each count. */
export interface VoteWeights {
  readonly network: number
  readonly linear: number
}

/** What the linear classifier says of a text. */
export interface LinearVote {
  readonly scores: ArrayLike<number>
  readonly weights: VoteWeights
}

export const vote = (network: readonly number[], linear?: LinearVote): number[] => {
  const scores =
    linear === undefined
      ? network
      : network.map(
          (score, label) =>
            linear.weights.network * score + linear.weights.linear * linear.scores[label]!,
        )
  const { largest, total } = weigh(scores)
  return scores.map((score) => score - largest - Math.log(total))
}
