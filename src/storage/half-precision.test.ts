import { expect, test } from 'vitest'
import { widenBfloat16, widenFloat16 } from './half-precision.js'

test('F16 bit patterns widen as IEEE 754 says', () => {
  const patterns: [number, number][] = [
    [0x0000, 0],
    [0x8000, -0],
    [0x0001, 2 ** -24], // the smallest subnormal
    [0x03ff, 1023 * 2 ** -24], // the largest subnormal
    [0x0400, 2 ** -14], // the smallest normal
    [0x3555, 0.333251953125],
    [0x3c00, 1],
    [0xc000, -2],
    [0x7bff, 65504],
    [0x7c00, Number.POSITIVE_INFINITY],
    [0xfc00, Number.NEGATIVE_INFINITY],
    [0x7e00, Number.NaN],
  ]
  const wide = widenFloat16(Uint16Array.from(patterns, ([bits]) => bits))
  expect([...wide]).toEqual(patterns.map(([, value]) => value))
})

test('F16 values grow with their bit patterns', () => {
  const wide = widenFloat16(Uint16Array.from({ length: 0x7c01 }, (_, bits) => bits))
  expect(wide.every((value, bits) => bits === 0 || value > wide[bits - 1]!)).toBe(true)
})

test('BF16 bit patterns are the upper halves of float32 ones', () => {
  const wide = widenBfloat16(Uint16Array.from([0x3f80, 0xc000, 0x7f7f, 0x0001, 0x8000, 0x7f80]))
  expect([...wide]).toEqual([
    1,
    -2,
    3.3895313892515355e38,
    9.183549615799121e-41,
    -0,
    Number.POSITIVE_INFINITY,
  ])
})
