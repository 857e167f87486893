import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { pathOf, smooth, thinOut } from './lines.js'

const line = (...values: number[]) => values.map((y, x) => ({ x, y }))

describe('smoothing', () => {
  test('leaves a straight line as it is, up to its ends', () => {
    const straight = line(...Array.from({ length: 30 }, (_, index) => 5 - 0.3 * index))
    for (const [index, { x, y }] of smooth(straight, 9).entries()) {
      expect(x).toBe(index)
      expect(y).toBeCloseTo(straight[index]!.y, 10)
    }
  })

  test('gives the least squares fit in the middle of a window', () => {
    // In the middle of a symmetric window the fit passes through the mean: (1 + 5 + 3) / 3.
    expect(smooth(line(1, 5, 3), 2)[1]!.y).toBeCloseTo(3, 10)
    // At the first of two points, the fit is the point itself.
    expect(smooth(line(1, 5, 3), 2)[0]!.y).toBeCloseTo(1, 10)
  })

  test('keeps gaps and passes over them', () => {
    const [first, gap, last] = smooth(line(2, Number.NaN, 2), 4)
    expect([first!.y, gap!.y, last!.y]).toEqual([2, Number.NaN, 2])
    expect(smooth(line(7), 4)).toEqual([{ x: 0, y: 7 }])
  })
})

describe('thinning out', () => {
  test('keeps the first, lowest, highest and last point of each column', () => {
    const column = [3, 4, 9, 5, 1, 2].map((y, index) => ({ x: 7 + index / 10, y }))
    expect(thinOut(column).map(({ y }) => y)).toEqual([3, 9, 1, 2])
  })

  test('keeps order, extremes and at most four points a column, also with gaps', () => {
    const y = fc.oneof(
      { weight: 9, arbitrary: fc.integer() },
      { weight: 1, arbitrary: fc.constant(Number.NaN) },
    )
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat({ max: 30 }), y), { maxLength: 200 }), (entries) => {
        const points = entries
          .map(([x, value]) => ({ x: x / 10, y: value }))
          .toSorted((a, b) => a.x - b.x)
        const kept = thinOut(points)
        const places = kept.map((point) => points.indexOf(point))
        expect(places).toEqual(places.toSorted((a, b) => a - b))
        expect(kept.length).toBeLessThanOrEqual(4 * 4)
        const finite = (some: typeof points) => some.map((p) => p.y).filter(Number.isFinite)
        if (!points.some((point) => Number.isNaN(point.y))) {
          expect(Math.min(...finite(kept))).toBe(Math.min(...finite(points)))
          expect(Math.max(...finite(kept))).toBe(Math.max(...finite(points)))
        }
      }),
      { seed: 1 },
    )
  })
})

test('a path has lines, gaps and dots', () => {
  const gap = Number.NaN
  expect(pathOf(line(1, 2, gap, 3, gap, 4, 5))).toBe('M0.0 1.0L1.0 2.0M3.0 3.0h0M5.0 4.0L6.0 5.0')
  expect(pathOf([])).toBe('')
})
