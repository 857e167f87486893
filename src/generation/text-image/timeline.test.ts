import { expect, test } from 'vitest'
import { findCuts, findSegments } from './timeline.js'

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

test('neighbours have different labels, also where a cut is likely', () => {
  const cutsOf = (nats: number) => Array.from({ length: 11 }, () => nats)
  expect(written('00000011111', { cuts: cutsOf(5) })).toBe('0x6 1x5')
  expect(written('00000000000', { cuts: cutsOf(20) })).toMatch(/^0x\d [12]x\d 0x\d$/)
})

test('a cut moves a boundary that labels leave open', () => {
  const doubtful = [Math.log(0.5), Math.log(0.5), Number.NEGATIVE_INFINITY]
  const frames = [...sureOf('00000'), doubtful, doubtful, ...sureOf('11111')]
  for (const start of [5, 6, 7]) {
    const cuts = frames.map((_, frame) => (frame === start ? 2 : 0))
    expect(findSegments(frames, { cuts })[0]).toEqual({ start: 0, end: start, label: 0 })
  }
})

const frameOf = (...values: number[]) => ({ data: Uint8Array.from(values) })

test('cuts are where a picture changes more than around it', () => {
  const still = Array.from({ length: 6 }, () => frameOf(40, 40))
  expect(findCuts(still)).toEqual([0, 0, 0, 0, 0, 0])
  const cut = findCuts([...still, ...Array.from({ length: 6 }, () => frameOf(90, 90))])
  expect(cut).toHaveLength(12)
  expect(cut.indexOf(Math.max(...cut))).toBe(6)
  // Changes of 2,500 among changes of nothing: three times log(2510 / 10).
  expect(cut[6]).toBeCloseTo(3 * Math.log(251), 5)
  const restless = Array.from({ length: 12 }, (_, frame) => frameOf(frame % 2 ? 90 : 40))
  expect(Math.max(...findCuts(restless))).toBeCloseTo(0, 5)
})

test('a clip of two frames has nothing to compare its change with', () => {
  expect(findCuts([frameOf(0), frameOf(255)])).toEqual([0, 0])
})
