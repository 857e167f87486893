import { describe, expect, test } from 'vitest'
import { clipQuality } from './clip-quality.js'

const shape = { frames: 3, size: 4 }
const bytes = 4 * 4 * 3

/** A clip whose pixels are all of the given grey in each frame. */
const grays = (...frames: number[]) =>
  Uint8Array.from(frames.flatMap((gray) => new Array<number>(bytes).fill(gray)))

describe('the quality of clips', () => {
  test('is that of pictures, frame by frame', () => {
    const original = grays(100, 100, 100, 50, 50, 50)
    const made = grays(100, 110, 120, 50, 60, 70)
    const { psnrDb, ssim } = clipQuality(original, made, shape)
    expect(psnrDb[0]).toBe(100)
    expect(psnrDb[1]).toBeCloseTo(10 * Math.log10(255 ** 2 / 10 ** 2))
    expect(psnrDb[2]).toBeCloseTo(10 * Math.log10(255 ** 2 / 20 ** 2))
    expect(ssim).toHaveLength(3)
    expect(ssim[0]).toBeCloseTo(1)
    expect(ssim[2]).toBeLessThan(ssim[1]!)
  })

  test('counts how much changes that stands still in the original', () => {
    const { flicker, originalFlicker } = clipQuality(grays(100, 100, 101), grays(90, 96, 96), shape)
    expect(flicker).toBeCloseTo((6 + 0) / 2)
    expect(originalFlicker).toBeCloseTo((0 + 1) / 2)
  })

  test('passes over what moves, and over the cut between two clips', () => {
    const moving = grays(100, 100, 200)
    const made = grays(100, 104, 9)
    expect(clipQuality(moving, made, shape).flicker).toBeCloseTo(4)
    const two = clipQuality(
      Uint8Array.from([...moving, ...grays(7, 7, 7)]),
      Uint8Array.from([...made, ...grays(7, 7, 7)]),
      shape,
    )
    expect(two.flicker).toBeCloseTo(4 / 3)
    expect(two.originalFlicker).toBe(0)
  })

  test('has nothing to flicker in pictures', () => {
    const { flicker, originalFlicker } = clipQuality(grays(1), grays(9), { frames: 1, size: 4 })
    expect([flicker, originalFlicker]).toEqual([0, 0])
  })
})
