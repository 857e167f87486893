import { describe, expect, test } from 'vitest'
import { turn } from '../../../test/support/reference-attention.js'
import { randomRows, rowsOf } from '../../../test/support/rows.js'
import { constantOf } from '../../engine/graph/graph.js'
import { numbersOf } from '../../engine/tensor/tensor.js'
import { type Position, rotaryAngles, rotaryTables } from './rotary-angles.js'

const dot = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, value, index) => sum + value * b[index]!, 0)

/** The score of a query at one place and a key at another. */
const scoreAt = (query: Position, key: Position) => {
  const headWidth = 16
  const [q, k] = rowsOf(randomRows([2, headWidth])) as [number[], number[]]
  const { cosines, sines } = rotaryTables([query, key], { headWidth, base: 100 })
  const angles = cosines.map((cosine, index) => Math.atan2(sines[index]!, cosine))
  return dot(turn(q, angles.slice(0, 8)), turn(k, angles.slice(8)))
}

test('with one axis the angles are those of the paper: place / base^(2i / width)', () => {
  const { cosines, sines } = rotaryTables([[0], [1], [7]], { headWidth: 6, base: 1000 })
  for (const [row, place] of [0, 1, 7].entries()) {
    for (const pair of [0, 1, 2]) {
      const angle = place / 1000 ** ((2 * pair) / 6)
      expect(cosines[3 * row + pair]).toBeCloseTo(Math.cos(angle), 12)
      expect(sines[3 * row + pair]).toBeCloseTo(Math.sin(angle), 12)
    }
  }
})

describe('over several axes', () => {
  test.each([
    { query: [3, 4, 5], key: [3, 1, 9], shift: [10, 0, 0] },
    { query: [3, 4, 5], key: [3, 1, 9], shift: [0, 7, 0] },
    { query: [3, 4, 5], key: [0, 0, 0], shift: [2, -3, 100] },
  ])('scores depend on differences only: $query and $key by $shift', ({ query, key, shift }) => {
    const move = (position: number[]) => position.map((place, axis) => place + shift[axis]!)
    expect(scoreAt(move(query), move(key))).toBeCloseTo(scoreAt(query, key), 9)
  })

  test.each([0, 1, 2])('a step along axis %i alone changes a score', (axis) => {
    const moved = [2, 2, 2].with(axis, 3)
    expect(Math.abs(scoreAt(moved, [2, 2, 2]) - scoreAt([2, 2, 2], [2, 2, 2]))).toBeGreaterThan(
      0.01,
    )
  })

  test('every axis has pairs of its own, the fastest of which turn by the whole place', () => {
    const { sines } = rotaryTables([[0.1, 0.2, 0.3]], { headWidth: 14 })
    expect(sines.slice(0, 3).map((sine) => Math.asin(sine))).toEqual([
      expect.closeTo(0.1, 12),
      expect.closeTo(0.2, 12),
      expect.closeTo(0.3, 12),
    ])
    // Seven pairs for three axes: three of the first, two of each other.
    const slow = rotaryTables([[1, 1, 1]], { headWidth: 14, base: 10_000 }).sines.map(Math.asin)
    expect(slow[3]).toBeCloseTo(10_000 ** (-1 / 3), 9)
    expect(slow[4]).toBeCloseTo(10_000 ** (-1 / 2), 9)
    expect(slow[6]).toBeCloseTo(10_000 ** (-2 / 3), 9)
  })
})

test('angles of fixed positions are constants of the graph, [positions, pairs]', () => {
  const positions = [
    [0, 1],
    [2, 3],
    [4, 5],
  ]
  const options = { headWidth: 8 }
  const { cosines, sines } = rotaryAngles(positions, options)
  expect(cosines.shape).toEqual([3, 4])
  const expected = rotaryTables(positions, options)
  expect(numbersOf(constantOf(sines)!)).toEqual(Array.from(Float32Array.from(expected.sines)))
  expect(numbersOf(constantOf(cosines)!)).toEqual(Array.from(Float32Array.from(expected.cosines)))
})
