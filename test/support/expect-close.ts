/** Compares lists of numbers and tensors, and says where they differ most. */

import { expect } from 'vitest'
import { isSameShape, printShape } from '../../src/engine/tensor/shape.js'
import { numbersOf, type Tensor } from '../../src/engine/tensor/tensor.js'

export interface Tolerance {
  readonly absolute?: number
  readonly relative?: number
}

/** Fails where |found - expected| > absolute + relative · |expected|. */
export const expectClose = (
  found: ArrayLike<number>,
  expected: ArrayLike<number>,
  { absolute = 1e-5, relative = 1e-4 }: Tolerance = {},
  what = 'the numbers',
): void => {
  expect(found.length, `the length of ${what}`).toBe(expected.length)
  let worst = { excess: 0, message: '' }
  for (let index = 0; index < expected.length; index++) {
    const [left, right] = [Number(found[index]), Number(expected[index])]
    const excess = Math.abs(left - right) - (absolute + relative * Math.abs(right))
    const isWrong = Number.isNaN(excess) ? !Object.is(left, right) : excess > worst.excess
    if (!isWrong) continue
    worst = { excess, message: `${what} differ at ${index}: ${left} instead of ${right}` }
    if (Number.isNaN(excess)) break
  }
  expect(worst.message).toBe('')
}

/** `expectClose` for tensors, which must have the same shape and dtype. */
export const expectTensor = (
  found: Tensor | undefined,
  expected: Tensor,
  tolerance?: Tolerance,
  what = 'the tensors',
): void => {
  if (found === undefined) throw new Error(`${what}: there is none`)
  if (!isSameShape(found.shape, expected.shape) || found.dtype !== expected.dtype) {
    throw new Error(
      `${what}: ${found.dtype}${printShape(found.shape)} instead of ` +
        `${expected.dtype}${printShape(expected.shape)}`,
    )
  }
  expectClose(numbersOf(found), numbersOf(expected), tolerance, what)
}

/** Fails unless both hold the same tensors, bit for bit; much faster than comparing deeply. */
export const expectSameTensors = (
  found: Readonly<Record<string, Tensor>>,
  expected: Readonly<Record<string, Tensor>>,
): void => {
  expect(Object.keys(found).sort()).toEqual(Object.keys(expected).sort())
  for (const [name, tensor] of Object.entries(expected)) {
    expectTensor(found[name], tensor, { absolute: 0, relative: 0 }, name)
  }
}
