import { describe, expect, test } from 'vitest'
import { compute } from '../../../../test/support/compute.js'
import { expectClose, expectTensor } from '../../../../test/support/expect-close.js'
import { randomRows, rowsOf } from '../../../../test/support/rows.js'
import { gradients } from '../../../engine/autodiff/gradient.js'
import { input } from '../../../engine/graph/graph.js'
import { sum } from '../../../engine/operations/index.js'
import { numbersOf, type Tensor, tensorOf } from '../../../engine/tensor/tensor.js'
import { createInlineRuntime } from '../../../platform/node/runtime.js'
import { quantizerSchema } from '../config.js'
import { finiteScalar } from './finite-scalar.js'

const runtime = createInlineRuntime({ threads: 1 })

const quantize = async (levels: readonly number[], x: Tensor) => {
  const quantizer = finiteScalar({ levels })
  const value = input('x', x)
  const { vectors, codes } = quantizer.quantize({}, value)
  const [gradient] = gradients(sum(vectors), [value])
  const outputs = { vectors, codes, found: quantizer.lookUp({}, codes), gradient: gradient! }
  return compute(runtime, outputs, { x })
}

/** The digits of a code, least significant first, as numbers from -1 to 1. */
const digitsOf = (code: number, levels: readonly number[]): number[] => {
  let rest = code
  return levels.map((count) => {
    const digit = rest % count
    rest = Math.floor(rest / count)
    return (2 * digit) / (count - 1) - 1
  })
}

describe.each([[[8, 8, 8, 8]], [[8, 6, 5]], [[2]], [[7, 3]]])('levels %j', (levels) => {
  const count = levels.reduce((product, level) => product * level, 1)
  const x = randomRows([5000, levels.length])

  test('codes are whole numbers below the product of the levels', async () => {
    expect(finiteScalar({ levels })).toMatchObject({ codes: count, channels: levels.length })
    const { codes } = await quantize(levels, x)
    expect(codes!.dtype).toBe('int32')
    expect(Math.min(...numbersOf(codes!))).toBeGreaterThanOrEqual(0)
    expect(Math.max(...numbersOf(codes!))).toBeLessThan(count)
  })

  test('each channel goes to its nearest level, and the code spells the levels', async () => {
    const { vectors, codes } = await quantize(levels, x)
    const ids = numbersOf(codes!)
    expectClose(
      numbersOf(vectors!),
      ids.flatMap((code) => digitsOf(code, levels)),
    )
    const rows = rowsOf(x)
    const misplaced = ids.filter((code, row) =>
      digitsOf(code, levels).some((digit, channel) => {
        const smooth = levels[channel]! / (1 + Math.exp(-1.702 * rows[row]![channel]!))
        const level = ((digit + 1) / 2) * (levels[channel]! - 1)
        // Level k holds what the mapping sends between k and k + 1.
        return smooth < level - 1e-4 || smooth > level + 1 + 1e-4
      }),
    )
    expect(misplaced).toEqual([])
  })

  test('codes give back the vectors', async () => {
    const { vectors, found } = await quantize(levels, x)
    expectTensor(found, vectors!, { absolute: 1e-6 })
  })

  test('every code is looked up by its digits', async () => {
    const codes = tensorOf(
      'int32',
      Array.from({ length: count }, (_, code) => code),
    )
    const vectors = finiteScalar({ levels }).lookUp({}, input('codes', codes))
    const found = await compute(runtime, { vectors }, { codes })
    expectClose(
      numbersOf(found.vectors!),
      numbersOf(codes).flatMap((code) => digitsOf(code, levels)),
    )
  })

  test('the gradient is that of the mapping before it was rounded', async () => {
    const { gradient } = await quantize(levels, x)
    const expected = rowsOf(x).flatMap((row) =>
      row.map((value, channel) => {
        const logistic = 1 / (1 + Math.exp(-1.702 * value))
        const slope = 1.702 * logistic * (1 - logistic)
        return (2 / (levels[channel]! - 1)) * levels[channel]! * slope
      }),
    )
    expectClose(numbersOf(gradient!), expected)
  })

  test('normally distributed channels use the levels evenly', async () => {
    const { found } = await quantize(levels, x)
    for (const [channel, level] of levels.entries()) {
      const counts = new Map<number, number>()
      for (const row of rowsOf(found!)) {
        counts.set(row[channel]!, (counts.get(row[channel]!) ?? 0) + 1)
      }
      expect(counts.size).toBe(level)
      for (const uses of counts.values()) {
        expect(Math.abs(uses / 5000 - 1 / level)).toBeLessThan(0.03)
      }
    }
  })
})

test('large books are looked up exactly', async () => {
  const levels = [64, 64, 64]
  const codes = tensorOf('int32', [0, 1, 63, 64, 4095, 4096, 262_143, 131_071, 200_000])
  const vectors = finiteScalar({ levels }).lookUp({}, input('codes', codes))
  const found = await compute(runtime, { vectors }, { codes })
  expectClose(
    numbersOf(found.vectors!),
    numbersOf(codes).flatMap((code) => digitsOf(code, levels)),
    { absolute: 1e-6 },
  )
})

test('far out, codes stay in range and gradients finite', async () => {
  const x = tensorOf('float32', [-1e30, 1e30, -200, 200, -50, 50, 0, 0], [4, 2])
  const { codes, gradient } = await quantize([8, 8], x)
  expect(numbersOf(codes!).slice(0, 3)).toEqual([56, 56, 56])
  expect(numbersOf(gradient!).every(Number.isFinite)).toBe(true)
  expect(numbersOf(gradient!)[0]).toBe(0)
})

test('no more codes may be asked for than numbers of the graph tell apart', async () => {
  const schema = (levels: readonly number[]) =>
    quantizerSchema.safeParse({ kind: 'finite-scalar', levels })
  const most = [64, 64, 64, 32] // 2²³
  expect(schema(most).success).toBe(true)
  expect(schema([64, 64, 64, 33]).error?.message).toContain('may be 8388608 at most')
  // The last code and the one before it, there and back.
  const quantizer = finiteScalar({ levels: most })
  const codes = input('codes', { dtype: 'int32', shape: [2] })
  const given = tensorOf('int32', [2 ** 23 - 1, 2 ** 23 - 2])
  const { vectors } = await compute(
    runtime,
    { vectors: quantizer.lookUp({}, codes) },
    { codes: given },
  )
  expectClose(
    numbersOf(vectors!),
    numbersOf(given).flatMap((code) => digitsOf(code, most)),
  )
})
