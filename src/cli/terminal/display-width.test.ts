import { describe, expect, test } from 'vitest'
import { cutToWidth, displayWidth, padToWidth } from './display-width.js'

describe('the width of a text', () => {
  test.each([
    ['', 0],
    ['apple', 5],
    ['naïve', 5],
    ['nai\u0308ve', 5], // the same with a combining mark
    ['一个红苹果', 10],
    ['Noto 风格的红苹果', 17],
    ['，。「」', 8],
    ['ＡＢ', 4], // full-width letters
    ['ｱｲ', 2], // half-width katakana
    ['한국어', 6],
    ['🍎', 2],
    ['👩‍🚀', 2], // woman, joiner, rocket
    ['👍🏽', 2], // with a skin tone
    ['🇨🇳', 2], // a flag of two letters
    ['❤️', 2], // text made an emoji by a variation selector
    ['\u001B[1;31mred\u001B[0m', 3],
    ['\u200B', 0],
    ['…', 1],
  ])('%j is %i', (text, width) => {
    expect(displayWidth(text)).toBe(width)
  })
})

test('padding counts columns, not characters', () => {
  expect(padToWidth('苹果', 6)).toBe('苹果  ')
  expect(padToWidth('苹果', 6, 'start')).toBe('  苹果')
  expect(padToWidth('apple', 3)).toBe('apple')
})

describe('cutting', () => {
  test('keeps what fits and marks the rest', () => {
    expect(cutToWidth('a red apple', 11)).toBe('a red apple')
    expect(cutToWidth('a red apple', 6)).toBe('a red…')
  })

  test('never cuts a character in half nor exceeds the width', () => {
    expect(cutToWidth('一个红苹果', 6)).toBe('一个…')
    expect(cutToWidth('👩‍🚀👩‍🚀', 3)).toBe('👩‍🚀…')
    for (let width = 0; width < 12; width++) {
      expect(displayWidth(cutToWidth('一个 red 苹果', width))).toBeLessThanOrEqual(width)
    }
  })
})
