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
const rounds = 100
/** How often a step is halved before it is given up. */
const halvings = 20
/** Nats that are not worth another step. */
const negligible = 1e-10

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

/** Which of the two weights are fitted; the others are 0. */
type Free = readonly [boolean, boolean]

/** How far Newton's method would move the free weights. */
const newtonStep = ({ gradient, curvature }: Slope, isFree: Free): [number, number] => {
  const [xx, xy, yy] = curvature
  if (!isFree[0]) return [0, gradient[1] / yy]
  if (!isFree[1]) return [gradient[0] / xx, 0]
  const determinant = xx * yy - xy * xy
  return [
    (yy * gradient[0] - xy * gradient[1]) / determinant,
    (xx * gradient[1] - xy * gradient[0]) / determinant,
  ]
}

/**
 * The weights of the least loss, of any sign, by Newton's method. Steps that are too long, as where
 * a voter is sure of itself and wrong, are halved until the loss falls.
 */
const fitFree = (rows: readonly VotedRow[], isFree: Free): [number, number] => {
  let weights: [number, number] = [isFree[0] ? prior.weight : 0, isFree[1] ? prior.weight : 0]
  let slope = slopeOf(rows, weights)
  for (let round = 0; round < rounds; round++) {
    const step = newtonStep(slope, isFree)
    const expected = slope.gradient[0] * step[0] + slope.gradient[1] * step[1]
    if (!(expected > negligible)) break
    let next: [number, number] = weights
    let found = slope
    for (let halving = 0; halving <= halvings && !(found.loss < slope.loss); halving++) {
      const share = 0.5 ** halving
      next = [weights[0] - share * step[0], weights[1] - share * step[1]]
      found = slopeOf(rows, next)
    }
    if (!(found.loss < slope.loss)) break
    weights = next
    slope = found
  }
  return weights
}

/** The best weights of rows that neither has learned from; none is below 0. */
export const fitVotes = (rows: readonly VotedRow[]): VoteWeights => {
  const weights = fitFree(rows, [true, true])
  if (weights.every((weight) => weight >= 0)) return { network: weights[0], linear: weights[1] }
  // The loss is convex, so the best weights that are allowed lie where one of them is 0.
  const edges: readonly Free[] = [
    [true, false],
    [false, true],
  ]
  const found = edges.map((isFree) => {
    const [network, linear] = fitFree(rows, isFree).map((weight) => Math.max(0, weight))
    return { network: network!, linear: linear! }
  })
  const lossOf = ({ network, linear }: VoteWeights) => slopeOf(rows, [network, linear]).loss
  return found.reduce((best, other) => (lossOf(other) < lossOf(best) ? other : best))
}
