import { expect, test } from 'vitest'
import { findSegments } from './timeline.js'

/** Frames that are sure of a label each: "0011". */
const sureOf = (labels: string, sureness = 0.9) =>
  [...labels].map((label) =>
    [0, 1, 2].map((one) => Math.log(one === Number(label) ? sureness : (1 - sureness) / 2)),
  )

const written = (labels: string, options = {}) =>
  findSegments(sureOf(labels), options)
    .map(({ start, end, label }) => `${label}x${end - start}`)
    .join(' ')

test('labels that last are segments, from the first frame to the last', () => {
  expect(written('0000011111222')).toBe('0x5 1x5 2x3')
  expect(written('0000000')).toBe('0x7')
})

test('a frame that is misread decides nothing, however sure it is', () => {
  expect(written('0000100000')).toBe('0x10')
  const frames = sureOf('000000000')
  frames[4] = [Number.NEGATIVE_INFINITY, 0, Number.NEGATIVE_INFINITY]
  expect(findSegments(frames)).toEqual([{ start: 0, end: 9, label: 0 }])
})

test('segments have a least length, and a price', () => {
  expect(written('00001100000', { shortest: 2, cost: 0.5 })).toBe('0x4 1x2 0x5')
  expect(written('00001100000', { shortest: 3, cost: 0.5 })).not.toContain('1x2')
  expect(written('00001100000', { shortest: 2, cost: 20 })).toBe('0x11')
})

test('a clip that is shorter than a segment is one', () => {
  expect(written('01', { shortest: 3 })).toMatch(/^[01]x2$/)
})
