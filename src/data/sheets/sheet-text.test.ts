import { expect, test } from 'vitest'
import { escapeXml, shorten, widthOf } from './sheet-text.js'

test('a text is as wide as its letters, of which Chinese ones are square', () => {
  expect(widthOf('一个🍎')).toBe(3)
  expect(widthOf('ab')).toBeCloseTo(1.14)
  expect(widthOf('a一', 20)).toBeCloseTo(31.4)
  expect(shorten('一二三四', 3)).toBe('一二…')
})

test('what XML does not allow is shown as what cannot be read', () => {
  expect(escapeXml('a < "b" & c\u0007\ud83c')).toBe('a &lt; &quot;b&quot; &amp; c\ufffd\ufffd')
})
