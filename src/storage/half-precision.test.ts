import { expect, test } from 'vitest'
import { createRandom } from '../engine/tensor/random.js'
import { narrowFloat16, widenBfloat16, widenFloat16 } from './half-precision.js'

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

test('all F16 values narrow to their own bit patterns, and what is no number stays none', () => {
  const all = Uint16Array.from({ length: 0x10000 }, (_, bits) => bits)
  const wide = widenFloat16(all)
  const again = narrowFloat16(wide)
  for (const [bits, value] of wide.entries()) {
    if (Number.isNaN(value)) expect(again[bits]! & 0x7fff).toBe(0x7e00)
    else if (again[bits] !== bits) expect.fail(`${value} narrows to ${again[bits]}, not ${bits}`)
  }
})

test('float32 narrows to F16 as IEEE 754 says', () => {
  const patterns: [number, number][] = [
    [0, 0x0000],
    [-0, 0x8000],
    [0.1, 0x2e66],
    [1 / 3, 0x3555],
    [Math.PI, 0x4248],
    [1 + 2 ** -11, 0x3c00], // half way: to the even one, which is below
    [1 + 3 * 2 ** -11, 0x3c02], // and here above
    [1 + 2 ** -11 + 2 ** -20, 0x3c01], // more than half way
    [2047.5, 0x6800], // the rounding carries into the exponent
    [65504, 0x7bff],
    [65519.99, 0x7bff],
    [65520, 0x7c00], // half way to 65536, which F16 does not have
    [-1e30, 0xfc00],
    [Number.POSITIVE_INFINITY, 0x7c00],
    [2 ** -14 - 2 ** -26, 0x0400], // the largest subnormals round up to the smallest normal
    [2 ** -24, 0x0001],
    [1.5 * 2 ** -24, 0x0002],
    [2.5 * 2 ** -24, 0x0002],
    [2 ** -25, 0x0000], // half of the smallest subnormal
    [2 ** -25 + 2 ** -40, 0x0001],
    [-1e-30, 0x8000],
    [1e-45, 0x0000],
    [Number.NaN, 0x7e00],
  ]
  const narrow = narrowFloat16(Float32Array.from(patterns, ([value]) => value))
  expect([...narrow]).toEqual(patterns.map(([, bits]) => bits))
})

test('no F16 value is nearer to a float32 than the one it narrows to', () => {
  const random = createRandom(1, 'halves')
  const values = Float32Array.from(
    { length: 20_000 },
    () => (random.uniform() - 0.5) * 2 ** (random.integer(45) - 28),
  )
  const bits = narrowFloat16(values)
  const wide = widenFloat16(bits)
  const [below, above] = [-1, 1].map((way) => widenFloat16(bits.map((one) => one + way)))
  for (const [index, value] of values.entries()) {
    const distance = Math.abs(wide[index]! - value)
    // The neighbours of a zero are not beside it in bit patterns.
    if (wide[index] === 0) expect(Math.abs(value)).toBeLessThanOrEqual(2 ** -25)
    else if ([below!, above!].some((other) => Math.abs(other[index]! - value) < distance)) {
      expect.fail(`${value} narrows to ${wide[index]}`)
    }
  }
})
