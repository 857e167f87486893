/**
 * What a network and a linear classifier hold likely together: the geometric mean of
 * their probabilities. Each learns for itself, and they err on different texts (Hinton 2002 calls it
 * a product of experts). Scores in, log-probabilities out.
 */
export const vote = (network: readonly number[], linear?: ArrayLike<number>): number[] => {
  const scores = network.map((score, label) =>
    linear === undefined ? score : (score + linear[label]!) / 2,
  )
  const highest = Math.max(...scores)
  const total = scores.reduce((sum, score) => sum + Math.exp(score - highest), 0)
  return scores.map((score) => score - highest - Math.log(total))
}
