import { expect, test } from 'vitest'
import { featureDistance, featuresOf } from './picture-distance.js'

const size = 32

/** A picture from a function of place, 0 to 255 for each colour. */
const draw = (colourAt: (row: number, column: number) => readonly [number, number, number]) =>
  Uint8Array.from({ length: size * size * 3 }, (_, index) => {
    const place = Math.floor(index / 3)
    return colourAt(Math.floor(place / size), place % size)[index % 3]!
  })

const square = (top: number, left: number, colour: readonly [number, number, number]) =>
  draw((row, column) =>
    row >= top && row < top + 16 && column >= left && column < left + 16 ? colour : [255, 255, 255],
  )
const red = square(8, 8, [220, 30, 30])
const distance = (a: Uint8Array, b: Uint8Array) => featureDistance(featuresOf(a), featuresOf(b))

test('a picture has no distance to itself', () => {
  expect(distance(red, red)).toBe(0)
  expect(featuresOf(red).every(Number.isFinite)).toBe(true)
})

test('distances are symmetric, and the squares of Euclidean ones', () => {
  expect(featureDistance(Float32Array.of(1, 2), Float32Array.of(4, 6))).toBe(25)
  const blue = square(8, 8, [30, 30, 220])
  expect(distance(red, blue)).toBe(distance(blue, red))
})

test('a small shift counts for less than another place, colour or shape', () => {
  const shifted = distance(red, square(9, 8, [220, 30, 30]))
  const round = draw((row, column) =>
    Math.hypot(row - 15.5, column - 15.5) < 9 ? [220, 30, 30] : [255, 255, 255],
  )
  expect(shifted).toBeGreaterThan(0)
  for (const other of [
    square(16, 0, [220, 30, 30]),
    square(8, 8, [30, 30, 220]),
    square(8, 8, [30, 160, 30]),
    round,
  ]) {
    expect(distance(red, other)).toBeGreaterThan(1.5 * shifted)
  }
})

test('blank pictures of one colour differ by that colour alone', () => {
  const grey = (level: number) => draw(() => [level, level, level])
  // 64 cells, of which each differs by 51 / 255 in lightness.
  expect(distance(grey(100), grey(151))).toBeCloseTo(64 * 0.2 ** 2, 3)
})
