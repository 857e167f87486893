import { expect, test } from 'vitest'
import { createRandom } from '../engine/tensor/random.js'
import { vote } from '../generation/text-classification/vote.js'
import { fitVotes, type VotedRow } from './fit-votes.js'

/** Rows of three labels whose scores say so much of the truth, and otherwise nothing. */
const rowsOf = (count: number, network: number, linear: number): VotedRow[] => {
  const random = createRandom(1, 'votes', count)
  return Array.from({ length: count }, (_, row) => {
    const label = row % 3
    const scores = (truth: number) =>
      [0, 1, 2].map((one) => (one === label ? truth : 0) + random.normal())
    return { network: scores(network), linear: scores(linear), label }
  })
}

const lossOf = (rows: readonly VotedRow[], network: number, linear: number): number =>
  rows.reduce((sum, row) => {
    const weighted = { scores: row.linear, weights: { network, linear } }
    return sum - vote(Array.from(row.network), weighted)[row.label]!
  }, 0)

test('no weights further on make the labels likelier', () => {
  const rows = rowsOf(3000, 1, 2)
  const { network, linear } = fitVotes(rows)
  const best = lossOf(rows, network, linear)
  for (const [x, y] of [
    [0.1, 0],
    [-0.1, 0],
    [0, 0.1],
    [0, -0.1],
  ]) {
    expect(lossOf(rows, network + x!, linear + y!)).toBeGreaterThan(best)
  }
  // Of normal scores with a shift, the shift itself is the right weight.
  expect(network).toBeCloseTo(1, 0)
  expect(linear).toBeCloseTo(2, 0)
})

test('who says nothing of the label does not count', () => {
  const { network, linear } = fitVotes(rowsOf(3000, 0, 1.5))
  expect(network).toBeLessThan(0.1)
  expect(linear).toBeGreaterThan(1)
})

test('few rows leave the weights near one half each', () => {
  const { network, linear } = fitVotes(rowsOf(3, 2, 2))
  for (const weight of [network, linear]) expect(Math.abs(weight - 0.5)).toBeLessThan(0.6)
  expect(fitVotes([])).toEqual({ network: 0.5, linear: 0.5 })
})
