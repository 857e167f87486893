import { describe, expect, test } from 'vitest'
import { fanIn, normal, ones, zeros } from './initializers.js'

const origin = { seed: 1, name: 'weight' }

const deviationOf = (values: Float32Array) =>
  Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length)

const meanOf = (values: Float32Array) =>
  values.reduce((sum, value) => sum + value, 0) / values.length

test('zeros and ones fill the shape', () => {
  expect(zeros([2, 3], origin)).toEqual(new Float32Array(6))
  expect(ones([2, 3], origin)).toEqual(new Float32Array(6).fill(1))
})

describe('the normal distribution', () => {
  const values = normal(0.02)([100, 200], origin)

  test('has mean 0 and the given deviation', () => {
    // Bounds of four standard errors.
    expect(Math.abs(meanOf(values))).toBeLessThan((4 * 0.02) / Math.sqrt(values.length))
    expect(Math.abs(deviationOf(values) / 0.02 - 1)).toBeLessThan(4 / Math.sqrt(2 * values.length))
  })

  test('has the tails of a normal one', () => {
    const beyond = values.filter((value) => Math.abs(value) > 0.04).length / values.length
    expect(beyond).toBeCloseTo(0.0455, 2)
  })
})

test.each([
  { shape: [50, 200], inputs: 50, what: 'a matrix by its rows' },
  { shape: [100, 6, 3, 3], inputs: 54, what: 'a convolution by channels and window' },
])('fanIn divides $what', ({ shape, inputs }) => {
  const values = fanIn(2)(shape, origin)
  expect(deviationOf(values) * Math.sqrt(inputs)).toBeCloseTo(2, 1)
})
