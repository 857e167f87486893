/**
 * What a network and a linear classifier hold likely together: scores in, log-probabilities out. A
 * classifier of n-grams knows its training texts by heart, so each learns for itself, and what counts
 * is the geometric mean of their probabilities, as they err on different texts (Hinton 2002 calls it a
 * product of experts). One of a few numbers cannot, so the network has learned what that one leaves
 * over, as in boosting (Friedman 2001), and their scores add up.
 */

import type { LinearFeatures } from './linear-classifier.js'

/** What the linear classifier says, and what it reads. */
export interface LinearVote {
  readonly scores: ArrayLike<number>
  readonly kind: LinearFeatures['kind']
}

export const vote = (network: readonly number[], linear?: LinearVote): number[] => {
  const share = linear?.kind === 'ngrams' ? 0.5 : 1
  const scores = network.map((score, label) => share * (score + (linear?.scores[label] ?? 0)))
  const highest = Math.max(...scores)
  const total = scores.reduce((sum, score) => sum + Math.exp(score - highest), 0)
  return scores.map((score) => score - highest - Math.log(total))
}
