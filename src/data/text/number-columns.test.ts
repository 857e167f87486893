import { expect, test } from 'vitest'
import { expectClose } from '../../../test/support/expect-close.js'
import { learnColumns, readNumbers, writeNumbers } from './number-columns.js'

const rows = [
  [1, 7],
  [2, 7],
  [6, 7],
]
const columns = learnColumns(['size', 'side'], rows)

test('numbers of the rows that were learned from have a mean of 0 and a deviation of 1', () => {
  const read = rows.map((row) => readNumbers(writeNumbers(row), columns))
  const sizes = read.map(([size]) => size!)
  expectClose([sizes.reduce((sum, size) => sum + size), Math.hypot(...sizes) ** 2 / 3], [0, 1])
  expectClose(
    sizes,
    [-2, -1, 3].map((less) => less / Math.sqrt(14 / 3)),
  )
})

test('a column of one number only is 0, and other numbers are how far they are from it', () => {
  expect(readNumbers('3 9', columns)[1]).toBe(2)
  for (const row of ['3, 7', '3,7', ' 3 ,\t7 ', '3  7'])
    expect(readNumbers(row, columns)[1]).toBe(0)
})

test.each(['', '1', '1 2 3', '1 x', '1,', '1, ', ',2', '1,,2', '1,2,'])(
  '%j is refused, as it is no row of the columns',
  (text) => {
    expect(() => readNumbers(text, columns)).toThrow(
      'expected 2 numbers, which are size, side, found',
    )
  },
)
