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

/** The least loss, with what few rows are worth, on a grid of weights from 0 up to `end`. */
const bestOnGrid = (rows: readonly VotedRow[], end: number, cells = 60) => {
  const places = Array.from({ length: cells + 1 }, (_, cell) => (end * cell) / cells)
  const cost = (x: number, y: number) => lossOf(rows, x, y) + 2 * ((x - 0.5) ** 2 + (y - 0.5) ** 2)
  const points = places.flatMap((x) => places.map((y) => ({ x, y, loss: cost(x, y) })))
  const best = points.reduce((least, point) => (point.loss < least.loss ? point : least))
  return { ...best, cost, cell: end / cells }
}

test.each([
  // A whole Newton step leaves where the loss is nearly flat for where it is steep.
  { who: 'a voter that is sure of itself and often wrong', network: 60, linear: 2, end: 2 },
  { who: 'two voters that are sure of themselves', network: 60, linear: 40, end: 1 },
])('$who is weighed as a grid of weights says', ({ network, linear, end }) => {
  const rows = rowsOf(90, 0.5, linear / 20).map((row) => ({
    ...row,
    network: Array.from(row.network, (score) => score * network),
    linear: Array.from(row.linear, (score) => score * linear),
  }))
  const found = fitVotes(rows)
  const grid = bestOnGrid(rows, end)
  expect(found).not.toEqual({ network: 0.5, linear: 0.5 })
  expect(grid.cost(found.network, found.linear)).toBeLessThanOrEqual(grid.loss)
  expect(Math.abs(found.network - grid.x)).toBeLessThanOrEqual(grid.cell)
  expect(Math.abs(found.linear - grid.y)).toBeLessThanOrEqual(grid.cell)
})

test.each([
  { who: 'the network', signs: [-1, 1] },
  { who: 'the linear classifier', signs: [1, -1] },
  { who: 'each', signs: [-1, -1] },
])(
  'where $who speaks against the labels, it counts nothing and what is left is weighed alone',
  ({ signs }) => {
    const rows = rowsOf(200, 1, 1.5).map((row) => {
      const shared = Array.from(row.network, (score) => score / 2)
      return {
        ...row,
        network: shared.map((score) => signs[0]! * score),
        // Both err alike, so that a weight below 0 for one would change the other's.
        linear: Array.from(row.linear, (score, one) => signs[1]! * (score + shared[one]!)),
      }
    })
    const found = fitVotes(rows)
    const grid = bestOnGrid(rows, 3, 100)
    expect(grid.cost(found.network, found.linear)).toBeLessThanOrEqual(grid.loss)
    expect(Math.abs(found.network - grid.x)).toBeLessThanOrEqual(grid.cell)
    expect(Math.abs(found.linear - grid.y)).toBeLessThanOrEqual(grid.cell)
    expect([found.network, found.linear].map((weight) => weight === 0)).toEqual(
      signs.map((sign) => sign < 0),
    )
  },
)
