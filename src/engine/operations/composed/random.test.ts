import { afterAll, describe, expect, it } from 'vitest'
import { createInlineRuntime } from '../../../platform/node/runtime.js'
import { createGraph, input } from '../../graph/graph.js'
import type { Value } from '../../graph/value.js'
import { sizeOf } from '../../tensor/shape.js'
import { numbersOf, tensorOf } from '../../tensor/tensor.js'
import { fill } from './fill.js'
import { dropout, randomBits, randomUniform } from './random.js'

const runtime = createInlineRuntime({ threads: 1 })
afterAll(() => runtime.close())

const seedType = { dtype: 'int32', shape: [] } as const

const draw = async (compute: (seed: Value) => Value, seed: number): Promise<number[]> => {
  const result = compute(input('seed', seedType))
  const program = await runtime.createProgram(createGraph({ result }))
  const { result: tensor } = await program.run({ seed: tensorOf('int32', [seed], []) })
  await program.close()
  return numbersOf(tensor!)
}

const sum = (values: Iterable<number>) => {
  let total = 0
  for (const value of values) total += value
  return total
}

/** How many standard deviations a sum of terms of mean 0 is from 0. */
const deviations = (terms: readonly number[], variance: number) =>
  Math.abs(sum(terms)) / Math.sqrt(terms.length * variance)

const rows = 256
const columns = 384
const shape = [rows, columns]
const rate = 0.2
const variance = rate * (1 - rate)

/** What was dropped, as numbers of mean 0. */
const mask = async (seed: number, site: string | number = 'here', size = shape) => {
  const ones = { dtype: 'float32', shape: size } as const
  const kept = await draw((value) => dropout(fill(ones, 1), value, { rate, site }), seed)
  return kept.map((value) => (value === 0 ? 1 : 0) - rate)
}

const correlation = (a: readonly number[], b: readonly number[]) =>
  deviations(
    a.map((value, index) => value * b[index]!),
    variance ** 2,
  )

describe('dropout', () => {
  it('drops a share of the elements and scales up the others', async () => {
    const ones = { dtype: 'float32', shape } as const
    const kept = await draw((seed) => dropout(fill(ones, 3), seed, { rate, site: 0 }), 1)
    expect(new Set(kept)).toEqual(new Set([0, Math.fround(3 / (1 - rate))]))
    expect(deviations(await mask(1), variance)).toBeLessThan(4)
  })

  it('is the same for the same seed and site, and unrelated otherwise', async () => {
    const masks = [
      await mask(1),
      await mask(2),
      await mask(-1),
      await mask(1, 'there'),
      await mask(1, 0),
    ]
    expect(await mask(1)).toEqual(masks[0])
    for (const [index, first] of masks.entries()) {
      for (const second of masks.slice(index + 1))
        expect(correlation(first, second)).toBeLessThan(4)
    }
  })

  it('is even over rows, columns, neighbours and the corners of rectangles', async () => {
    const dropped = await mask(3)
    const at = (row: number, column: number) =>
      dropped[(row % rows) * columns + (column % columns)]!
    const everywhere = (term: (row: number, column: number) => number) =>
      dropped.map((_, index) => term(Math.floor(index / columns), index % columns))
    const pair = variance ** 2
    expect(
      deviations(
        everywhere((r, c) => at(r, c) * at(r, c + 1)),
        pair,
      ),
    ).toBeLessThan(4)
    expect(
      deviations(
        everywhere((r, c) => at(r, c) * at(r + 1, c)),
        pair,
      ),
    ).toBeLessThan(4)
    const corners = everywhere((r, c) => at(r, c) * at(r, c + 7) * at(r + 5, c) * at(r + 5, c + 7))
    expect(deviations(corners, pair ** 2)).toBeLessThan(4)
    // The sums of rows and of columns vary as sums of independent draws do.
    const spread = (
      count: number,
      size: number,
      term: (group: number, place: number) => number,
    ) => {
      const squares = Array.from({ length: count }, (_, group) => {
        const total = sum(Array.from({ length: size }, (_, place) => term(group, place)))
        return total ** 2 / (size * variance)
      })
      return Math.abs(sum(squares) - count) / Math.sqrt(2 * count)
    }
    expect(spread(rows, columns, at)).toBeLessThan(4)
    expect(spread(columns, rows, (column, row) => at(row, column))).toBeLessThan(4)
  })

  it('draws for tensors of any rank, heads and batches apart', async () => {
    expect(await mask(1, 'x', [])).toHaveLength(1)
    expect(deviations(await mask(1, 'x', [100_003]), variance)).toBeLessThan(4)
    const heads = await mask(1, 'x', [3, 2, 128, 128])
    const size = 128 * 128
    const part = (index: number) => heads.slice(index * size, (index + 1) * size)
    expect(deviations(heads, variance)).toBeLessThan(4)
    expect(correlation(part(0), part(1))).toBeLessThan(4)
    expect(correlation(part(0), part(2))).toBeLessThan(4)
  })

  it('does nothing at the rate 0 and refuses rates that leave nothing', () => {
    const x = fill({ dtype: 'float32', shape: [2] }, 1)
    const seed = input('seed', seedType)
    expect(dropout(x, seed, { rate: 0, site: 0 })).toBe(x)
    expect(() => dropout(x, seed, { rate: 1, site: 0 })).toThrow(
      'dropout: expected a rate from 0 up to but not including 1, got 1',
    )
    expect(() => dropout(x, x, { rate: 0.5, site: 0 })).toThrow(
      /expected a seed of type int32\[\] or uint32\[\], got float32\[2\]/,
    )
  })
})

describe('random bits', () => {
  it('are even in every byte', async () => {
    const bits = await draw((seed) => randomBits(seed, { shape, site: 'bits' }), 5)
    const expected = sizeOf(shape) / 256
    for (const shift of [0, 8, 16, 24]) {
      const bins = new Array<number>(256).fill(0)
      for (const word of bits) bins[(word >>> shift) & 255]!++
      const chiSquared = sum(bins.map((bin) => (bin - expected) ** 2 / expected))
      expect(Math.abs(chiSquared - 255) / Math.sqrt(510)).toBeLessThan(4)
    }
  })
})

describe('random uniform numbers', () => {
  it('are from 0 up to but not including 1, with the right mean and variance', async () => {
    const numbers = await draw((seed) => randomUniform(seed, { shape, site: 'numbers' }), 6)
    expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true)
    const centered = numbers.map((number) => number - 0.5)
    expect(deviations(centered, 1 / 12)).toBeLessThan(4)
    const squares = centered.map((number) => number ** 2 - 1 / 12)
    expect(deviations(squares, 1 / 180)).toBeLessThan(4)
  })
})
