import { describe, expect, test } from 'vitest'
import { headsOfWidth, learningRateOfWidth, possibleHeads, widthOfDepth } from './depth.js'

describe('what follows from depth', () => {
  test('is the shape of well-known models', () => {
    // nanoGPT on Shakespeare: 6 layers, 6 heads, 384 wide. GPT-2: 12 layers, 12 heads, 768 wide.
    expect(widthOfDepth(6)).toBe(384)
    expect(headsOfWidth(384, 64)).toBe(6)
    expect(widthOfDepth(12)).toBe(768)
    expect(headsOfWidth(768, 64)).toBe(12)
  })

  test('is a learning rate near those that well-known models were trained at', () => {
    expect(learningRateOfWidth(768)).toBe(0.0006)
    // nanoGPT takes 0.001 for both.
    expect(learningRateOfWidth(384)).toBe(0.00085)
    expect(learningRateOfWidth(256)).toBe(0.001)
  })

  test('is a number of heads that divides any even width into even parts', () => {
    for (let width = 2; width <= 512; width += 2) {
      const heads = headsOfWidth(width, 64)
      expect(width % heads).toBe(0)
      expect((width / heads) % 2).toBe(0)
    }
  })
})

test('the possible heads leave each head an even width', () => {
  expect(possibleHeads(96)).toEqual([1, 2, 3, 4, 6, 8, 12, 16, 24, 48])
  expect(possibleHeads(9)).toEqual([])
})
