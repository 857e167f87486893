/**
 * How much a network and a linear classifier count where both vote: the two weights that make the
 * labels of held-out rows likeliest, as in stacking (Wolpert 1992). Few rows say little, and weights
 * stay near one half each.
 */

import type { VoteWeights } from '../generation/text-classification/vote.js'

export interface VotedRow {
  /** Scores of the labels. */
  readonly network: ArrayLike<number>
  readonly linear: ArrayLike<number>
  readonly label: number
}

/** What weights are before any row is seen, and how many rows' worth that is. */
const prior = { weight: 0.5, strength: 4 }
/** Newton's method on two numbers is done long before. */
const rounds = 20

interface Slope {
  readonly loss: number
  /** By the network's weight and by the linear classifier's. */
  readonly gradient: readonly [number, number]
  /** The second derivatives: of the first weight, of both, of the second. */
  readonly curvature: readonly [number, number, number]
}

/** The negative log-likelihood in nats, and how it changes with the weights. */
const slopeOf = (rows: readonly VotedRow[], [first, second]: readonly [number, number]): Slope => {
  const { weight, strength } = prior
  const [dx, dy] = [first - weight, second - weight]
  let loss = (strength / 2) * (dx * dx + dy * dy)
  const gradient: [number, number] = [strength * dx, strength * dy]
  const curvature: [number, number, number] = [strength, 0, strength]
  for (const { network, linear, label } of rows) {
    const scores = Array.from(network, (score, one) => first * score + second * linear[one]!)
    const highest = Math.max(...scores)
    const total = scores.reduce((sum, score) => sum + Math.exp(score - highest), 0)
    loss += highest + Math.log(total) - scores[label]!
    let [x, y, xx, xy, yy] = [0, 0, 0, 0, 0]
    for (const [one, score] of scores.entries()) {
      const p = Math.exp(score - highest) / total
      const [a, b] = [network[one]!, linear[one]!]
      x += p * a
      y += p * b
      xx += p * a * a
      xy += p * a * b
      yy += p * b * b
    }
    gradient[0] += x - network[label]!
    gradient[1] += y - linear[label]!
    curvature[0] += xx - x * x
    curvature[1] += xy - x * y
    curvature[2] += yy - y * y
  }
  return { loss, gradient, curvature }
}

/** The best weights of rows that neither has learned from; none is below 0. */
export const fitVotes = (rows: readonly VotedRow[]): VoteWeights => {
  let weights: [number, number] = [prior.weight, prior.weight]
  let slope = slopeOf(rows, weights)
  for (let round = 0; round < rounds; round++) {
    const { gradient, curvature } = slope
    const [xx, xy, yy] = curvature
    const determinant = xx * yy - xy * xy
    const step = [
      (yy * gradient[0] - xy * gradient[1]) / determinant,
      (xx * gradient[1] - xy * gradient[0]) / determinant,
    ] as const
    const next: [number, number] = [weights[0] - step[0], weights[1] - step[1]]
    const found = slopeOf(rows, next)
    // The loss is convex; where a whole step would be too long, this one is good enough.
    if (!(found.loss < slope.loss)) break
    weights = next
    slope = found
  }
  return { network: Math.max(0, weights[0]), linear: Math.max(0, weights[1]) }
}
