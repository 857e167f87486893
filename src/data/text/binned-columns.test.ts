import { expect, test } from 'vitest'
import { allBins, learnBins, writeBins } from './binned-columns.js'

const rows = [1, 2, 3, 4, 5, 6, 7, 8].map((value) => [value, value < 5 ? 0 : 9])
const columns = learnBins(['size', 'side'], rows, 4)

/** The bins of a row, counted from the first column's first one. */
const binsOf = (...values: number[]) =>
  [...writeBins(columns, values)].map((character) => character.codePointAt(0)! - 0xe000)

test('bins hold equally many of the rows that they were learned from', () => {
  const counts = [0, 0, 0, 0]
  for (const row of rows) counts[binsOf(...row)[0]!]!++
  expect(counts).toEqual([2, 2, 2, 2])
})

test('a column of few values has few bins, and each column has bins of its own', () => {
  expect(columns[1]!.edges).toEqual([4.5, 9])
  expect(binsOf(0, 0)).toEqual([0, 4])
  expect(binsOf(100, 100)).toEqual([3, 6])
  expect([...allBins(columns)]).toHaveLength(4 + 3)
})
