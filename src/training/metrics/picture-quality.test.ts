import { describe, expect, test } from 'vitest'
import { tinyPixels } from '../../../test/support/tiny-image-tokenizer.js'
import { psnr, ssim } from './picture-quality.js'

const size = 16
const picture = tinyPixels(1, 1, size)
const shifted = (by: number) => picture.map((value) => Math.min(255, value + by))

describe('PSNR', () => {
  test('is 20 · log₁₀(255 / d) where every byte is off by d', () => {
    const black = new Uint8Array(300)
    for (const difference of [1, 10, 255]) {
      const found = psnr(black, new Uint8Array(300).fill(difference))
      expect(found).toBeCloseTo(20 * Math.log10(255 / difference), 9)
    }
  })

  test('is 100 for equal pictures, and never above', () => {
    expect(psnr(picture, picture)).toBe(100)
    const large = new Uint8Array(2 ** 20)
    expect(psnr(large, large.with(0, 1))).toBe(100)
  })
})

/** SSIM by its definition: every window by itself, each of its statistics from all its pixels. */
const byDefinition = (a: Uint8Array, b: Uint8Array, side: number): number => {
  const length = Math.min(11, side)
  const light = (pixels: Uint8Array, row: number, column: number) => {
    const at = (row * side + column) * 3
    return 0.299 * pixels[at]! + 0.587 * pixels[at + 1]! + 0.114 * pixels[at + 2]!
  }
  const values: number[] = []
  for (let top = 0; top + length <= side; top++) {
    for (let left = 0; left + length <= side; left++) {
      const samples = Array.from({ length: length * length }, (_, place) => {
        const [row, column] = [Math.floor(place / length), place % length]
        const center = (length - 1) / 2
        const distance = (row - center) ** 2 + (column - center) ** 2
        return {
          weight: Math.exp(-distance / (2 * 1.5 ** 2)),
          x: light(a, top + row, left + column),
          y: light(b, top + row, left + column),
        }
      })
      const total = samples.reduce((sum, { weight }) => sum + weight, 0)
      const mean = (of: (sample: { x: number; y: number }) => number) =>
        samples.reduce((sum, sample) => sum + sample.weight * of(sample), 0) / total
      const [meanX, meanY] = [mean(({ x }) => x), mean(({ y }) => y)]
      const varianceX = mean(({ x }) => (x - meanX) ** 2)
      const varianceY = mean(({ y }) => (y - meanY) ** 2)
      const covariance = mean(({ x, y }) => (x - meanX) * (y - meanY))
      const [c1, c2] = [2.55 ** 2, 7.65 ** 2]
      values.push(
        ((2 * meanX * meanY + c1) * (2 * covariance + c2)) /
          ((meanX ** 2 + meanY ** 2 + c1) * (varianceX + varianceY + c2)),
      )
    }
  }
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

describe('SSIM', () => {
  const other = tinyPixels(2, 5, size).subarray(size * size * 3)

  test.each([
    { what: 'noise', a: picture, b: other, side: size },
    { what: 'a brighter picture', a: picture, b: shifted(30), side: size },
    { what: 'pictures smaller than the window', a: tinyPixels(1, 1), b: tinyPixels(1, 2), side: 8 },
  ])('is what its definition says: $what', ({ a, b, side }) => {
    expect(ssim(a, b)).toBeCloseTo(byDefinition(a, b, side), 9)
  })

  test('is 1 for equal pictures, and less for more noise', () => {
    expect(ssim(picture, picture)).toBeCloseTo(1, 12)
    expect(ssim(picture, shifted(5))).toBeGreaterThan(ssim(picture, shifted(60)))
    expect(ssim(picture, shifted(60))).toBeGreaterThan(ssim(picture, other))
  })
})
