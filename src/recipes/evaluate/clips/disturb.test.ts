import { expect, test } from 'vitest'
import { createRandom } from '../../../engine/tensor/random.js'
import { disturb } from './disturb.js'

const shape = { frames: 2, size: 20 }
const random = createRandom(3, 'pixels')
const clip = Uint8Array.from({ length: 2 * 20 * 20 * 3 }, () => random.integer(256))
const flat = new Uint8Array(clip.length).fill(128)
const deviation = (pixels: Uint8Array): number => {
  const mean = pixels.reduce((sum, byte) => sum + byte, 0) / pixels.length
  return Math.sqrt(pixels.reduce((sum, byte) => sum + (byte - mean) ** 2, 0) / pixels.length)
}
const seeds = Array.from({ length: 40 }, (_, seed) => seed)

test('clips are spoiled by different strengths, some not at all', () => {
  const spoiled = seeds.map((seed) => deviation(disturb(flat, shape, createRandom(seed))))
  const untouched = spoiled.filter((strength) => strength === 0).length
  expect(untouched).toBeGreaterThan(2)
  expect(untouched).toBeLessThan(20)
  expect(Math.max(...spoiled)).toBeGreaterThan(6)
  expect(Math.max(...spoiled)).toBeLessThan(20)
})

test('what is rough becomes smoother, and the original stays as it is', () => {
  const before = clip.slice()
  const smoothest = Math.min(
    ...seeds.map((seed) => deviation(disturb(clip, shape, createRandom(seed)))),
  )
  expect(smoothest).toBeLessThan(0.75 * deviation(clip))
  expect(clip).toEqual(before)
})

test('colours at the ends of the range stay in it', () => {
  for (const end of [0, 255]) {
    for (const seed of seeds) {
      const spoiled = disturb(new Uint8Array(clip.length).fill(end), shape, createRandom(seed))
      const change = spoiled.reduce((most, byte) => Math.max(most, Math.abs(byte - end)), 0)
      expect(change).toBeLessThan(100)
    }
  }
})

test('the same chance spoils in the same way', () => {
  for (const seed of seeds.slice(0, 5)) {
    expect(disturb(clip, shape, createRandom(seed))).toEqual(
      disturb(clip, shape, createRandom(seed)),
    )
  }
})
