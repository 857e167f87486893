import { expect, test } from 'vitest'
import { codesOf, firstCodesOf, placesOf } from './clip-grid.js'

const clip = { rows: 4, columns: 2, frames: 3, following: { rows: 2, columns: 1 } }

test('a clip has the codes of its first frame, and fewer of each other', () => {
  expect(firstCodesOf(clip)).toBe(8)
  expect(codesOf(clip)).toBe(8 + 2 + 2)
  expect(codesOf({ ...clip, frames: 1 })).toBe(8)
  expect(codesOf({ rows: 3, columns: 5, frames: 2 })).toBe(30)
  expect(placesOf(clip)).toHaveLength(12)
})

test('a code of a later frame stands amid those of the first that lie under it', () => {
  const [first, second] = [0, 1].map((time) => placesOf(clip).filter((one) => one.time === time))
  expect(second).toHaveLength(2)
  for (const [place, code] of second!.entries()) {
    const under = first!.slice(place * 4, (place + 1) * 4)
    for (const axis of ['row', 'column'] as const) {
      expect(code[axis]).toBe(under.reduce((sum, one) => sum + one[axis], 0) / 4)
    }
  }
})
