import { describe, expect, test } from 'vitest'
import { expectClose } from '../../test/support/expect-close.js'
import { randomRows } from '../../test/support/rows.js'
import { dequantize, sliceRows, widenInput, zeroCode } from '../engine/tensor/quantized.js'
import { numbersOf, type Tensor, tensorOf } from '../engine/tensor/tensor.js'
import { widenFloat16 } from '../storage/half-precision.js'
import { quantizeMatrix } from './quantize.js'

const matrix = (rows: number, columns: number, seed = 1) =>
  randomRows([rows, columns], seed) as Tensor<'float32'>

const rootMeanSquare = (numbers: readonly number[]) =>
  Math.sqrt(numbers.reduce((sum, number) => sum + number * number, 0) / numbers.length)

/** The error of rounding to the nearest of steps that just reach the largest element of a block. */
const roundingError = (values: readonly number[], columns: number, blockSize: number): number => {
  const errors: number[] = []
  for (let row = 0; row < values.length; row += columns) {
    for (let first = 0; first < columns; first += blockSize) {
      const block = values.slice(row + first, row + Math.min(first + blockSize, columns))
      const step = Math.max(...block.map(Math.abs)) / 7
      for (const value of block) errors.push(value - step * Math.round(value / step))
    }
  }
  return rootMeanSquare(errors)
}

describe.each([
  { bits: 8, blockSize: 128, columns: 256, bound: 0.008 },
  { bits: 8, blockSize: 32, columns: 64, bound: 0.006 },
  { bits: 8, blockSize: 64, columns: 100, bound: 0.007 },
  { bits: 4, blockSize: 32, columns: 96, bound: 0.09 },
  { bits: 4, blockSize: 32, columns: 50, bound: 0.09 },
  { bits: 4, blockSize: 16, columns: 48, bound: 0.075 },
] as const)('$bits bits in blocks of $blockSize, $columns columns', (options) => {
  const { bits, blockSize, columns, bound } = options
  const given = matrix(20, columns)
  const quantized = quantizeMatrix(given, options)
  const found = numbersOf(dequantize(quantized))
  const values = numbersOf(given)

  test('come back within a step of the scale, and on the whole much nearer', () => {
    const blocks = Math.ceil(columns / blockSize)
    const reach = zeroCode(bits)
    for (const [place, value] of values.entries()) {
      const [row, column] = [Math.floor(place / columns), place % columns]
      const scale = Math.abs(quantized.scales.data[row * blocks + Math.floor(column / blockSize)]!)
      // Half a step, unless the value was cut off.
      const isCut = Math.abs(value) > (reach - 1) * scale
      expect(Math.abs(found[place]! - value)).toBeLessThanOrEqual(
        isCut ? 3 * scale : 0.5 * scale + 1e-7,
      )
    }
    const errors = values.map((value, place) => value - found[place]!)
    expect(rootMeanSquare(errors) / rootMeanSquare(values)).toBeLessThan(bound)
    if (bits === 4) {
      expect(rootMeanSquare(errors)).toBeLessThan(0.9 * roundingError(values, columns, blockSize))
    }
  })

  test('are the same once more, and of the transposed matrix', () => {
    const once = dequantize(quantized)
    const again = numbersOf(dequantize(quantizeMatrix(once, options)))
    expectClose(again, found, { absolute: 0, relative: 0 })
    const turned = new Float32Array(values.length)
    values.forEach((value, place) => {
      turned[(place % columns) * 20 + Math.floor(place / columns)] = value
    })
    const transposed = tensorOf('float32', turned, [columns, 20]) as Tensor<'float32'>
    const same = quantizeMatrix(transposed, { ...options, isTransposed: true })
    expect(same).toEqual(quantized)
    expect(widenInput({ matrix: same, isTransposed: true }).shape).toEqual([columns, 20])
  })

  test('have scales that float16 holds', () => {
    const { data } = quantized.scales
    const halves = Uint16Array.from({ length: 2 ** 15 }, (_, bits) => bits)
    const known = new Set(widenFloat16(halves))
    expect(data.every((scale) => known.has(Math.abs(scale)))).toBe(true)
  })
})

test('zeros, and blocks of zeros, stay zeros', () => {
  const given = matrix(2, 64)
  given.data.fill(0, 0, 40)
  const found = numbersOf(dequantize(quantizeMatrix(given, { bits: 4, blockSize: 32 })))
  expect(found.slice(0, 32)).toEqual(new Array(32).fill(0))
  expect(found.slice(32, 40)).toEqual(new Array(8).fill(0))
  expect(found.slice(64)).not.toContain(Number.NaN)
})

test('rows can be cut out', () => {
  const quantized = quantizeMatrix(matrix(6, 40), { bits: 4, blockSize: 32 })
  const part = dequantize(sliceRows(quantized, 2, 5))
  expect(part.shape).toEqual([3, 40])
  expect(numbersOf(part)).toEqual(numbersOf(dequantize(quantized)).slice(80, 200))
})
