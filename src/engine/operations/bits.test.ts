import { afterAll, expect, test } from 'vitest'
import { createInlineRuntime } from '../../platform/node/runtime.js'
import { createGraph, input } from '../graph/graph.js'
import type { DType } from '../tensor/dtype.js'
import { numbersOf, tensorOf } from '../tensor/tensor.js'
import { bitwiseXor, logicalAnd, logicalOr, shiftRight, sign } from './index.js'

/** Operations on truth values, bits and signs, beside what JavaScript itself says of the same numbers. */
const runtime = createInlineRuntime({ threads: 1 })
afterAll(() => runtime.close())

const some = [0, 1, 2, 5, 31, 96, 127, 200, 255]
const truths = [0, 1]
const many = [...some, 4095, 70_000, 2 ** 31 - 1]

test.each<{
  name: string
  operation: typeof logicalAnd
  dtype: DType
  left: number[]
  right: number[]
  expected: (a: number, b: number) => number
}>([
  ...[
    {
      name: 'logicalAnd',
      operation: logicalAnd,
      expected: (a: number, b: number) => a & b,
    } as const,
    { name: 'logicalOr', operation: logicalOr, expected: (a: number, b: number) => a | b } as const,
  ].map((one) => ({ ...one, dtype: 'bool' as const, left: truths, right: truths })),
  {
    name: 'bitwiseXor',
    operation: bitwiseXor,
    dtype: 'uint8',
    left: some,
    right: some,
    expected: (a, b) => a ^ b,
  },
  {
    name: 'bitwiseXor',
    operation: bitwiseXor,
    dtype: 'int32',
    left: many,
    right: many,
    expected: (a, b) => a ^ b,
  },
  {
    name: 'bitwiseXor',
    operation: bitwiseXor,
    dtype: 'uint32',
    left: many,
    right: some,
    expected: (a, b) => a ^ b,
  },
  {
    name: 'shiftRight',
    operation: shiftRight,
    dtype: 'uint8',
    left: some,
    right: [0, 1, 3, 7],
    expected: (a, b) => a >>> b,
  },
  {
    name: 'shiftRight',
    operation: shiftRight,
    dtype: 'uint32',
    left: many,
    right: [0, 1, 16, 31],
    expected: (a, b) => a >>> b,
  },
])('$name of every pair of $dtype', async ({ operation, dtype, left, right, expected }) => {
  const [a, b] = [
    input('a', { dtype, shape: [left.length, 1] }),
    input('b', { dtype, shape: [1, right.length] }),
  ]
  const program = await runtime.createProgram(createGraph({ result: operation(a, b) }))
  const { result } = await program.run({
    a: tensorOf(dtype, left, [left.length, 1]),
    b: tensorOf(dtype, right, [1, right.length]),
  })
  expect(result).toMatchObject({ dtype, shape: [left.length, right.length] })
  expect(numbersOf(result!)).toEqual(left.flatMap((x) => right.map((y) => expected(x, y))))
})

test.each<DType>(['float32', 'float64', 'int32'])('the sign of %s', async (dtype) => {
  const numbers = [-7, -1, 0, 1, 12]
  const result = sign(input('x', { dtype, shape: [5] }))
  const program = await runtime.createProgram(createGraph({ result }))
  const { result: found } = await program.run({ x: tensorOf(dtype, numbers) })
  expect(numbersOf(found!)).toEqual(numbers.map(Math.sign))
})
