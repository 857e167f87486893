import { expect, test } from 'vitest'
import { expectClose } from '../../../test/support/expect-close.js'
import { vote } from './vote.js'

const probabilities = (scores: readonly number[]): number[] => {
  const all = scores.map(Math.exp)
  const sum = all.reduce((total, one) => total + one)
  return all.map((one) => one / sum)
}

test('the network alone decides by its softmax, however large the scores', () => {
  expectClose(vote([1, 2, 0.5]).map(Math.exp), probabilities([1, 2, 0.5]))
  expect(vote([1000, 0])[0]).toBeCloseTo(0)
})

test('with equal weights that add up to 1, the geometric mean of both probabilities decides', () => {
  const [network, linear] = [
    [1, 2, 0.5],
    [0, -1, 3],
  ]
  const [p, q] = [probabilities(network!), probabilities(linear!)]
  const means = p.map((one, label) => Math.sqrt(one * q[label]!))
  const sum = means.reduce((total, one) => total + one)
  expectClose(
    vote(network!, { scores: linear!, weights: { network: 0.5, linear: 0.5 } }).map(Math.exp),
    means.map((mean) => mean / sum),
  )
})

test('with weights of 1 the network corrects the scores of the linear classifier', () => {
  const linear = { scores: [2, 0, 0], weights: { network: 1, linear: 1 } }
  expectClose(vote([-1, 1, 0], linear).map(Math.exp), probabilities([1, 1, 0]))
})
