import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatCount, formatValue, linearAxis, logarithmicAxis } from './axes.js'

const labels = ({ ticks }: { ticks: readonly { label: string }[] }) =>
  ticks.map(({ label }) => label)

describe('a linear axis', () => {
  test.each<[number, number, string[]]>([
    [0, 10, ['0', '2', '4', '6', '8', '10']],
    [1.09, 9.6, ['0', '2', '4', '6', '8', '10']],
    [0.31, 0.36, ['0.31', '0.32', '0.33', '0.34', '0.35', '0.36']],
    [-20, 17, ['−20', '−10', '0', '10', '20']],
    [0, 120_000, ['0', '50k', '100k', '150k']],
    [0, 1_200_000, ['0', '500k', '1.0M', '1.5M']],
    [900, 1500, ['800', '1,000', '1,200', '1,400', '1,600']],
    [0.00002, 0.00031, ['0', '1e−4', '2e−4', '3e−4', '4e−4']],
    [-4e12, 4e12, ['−4e12', '−2e12', '0', '2e12', '4e12']],
    [0, 0.00025, ['0', '5e−5', '1e−4', '1.5e−4', '2e−4', '2.5e−4']],
    [3, 3, ['3', '4']],
    [0, 0, ['0.0', '0.2']],
  ])('from %d to %d has the ticks %j', (low, high, expected) => {
    expect(labels(linearAxis(low, high, 5))).toEqual(expected)
  })

  test('has its first and last tick at its ends, and the data between them', () => {
    const value = fc.double({ min: -1e12, max: 1e12, noNaN: true })
    fc.assert(
      fc.property(value, value, (a, b) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)]
        const { ticks, position } = linearAxis(low, high, 5)
        expect(ticks.length).toBeGreaterThanOrEqual(2)
        expect(ticks.length).toBeLessThanOrEqual(9)
        expect(position(ticks[0]!.value)).toBeCloseTo(0, 6)
        expect(position(ticks.at(-1)!.value)).toBeCloseTo(1, 6)
        for (const data of [low, high]) {
          expect(position(data)).toBeGreaterThan(-1e-6)
          expect(position(data)).toBeLessThan(1 + 1e-6)
        }
      }),
      { seed: 1 },
    )
  })
})

describe('a logarithmic axis', () => {
  test.each<[number, number, string[]]>([
    [1.09, 9.6, ['1', '2', '5', '10']],
    [0.001, 10, ['0.001', '0.01', '0.1', '1', '10']],
    [3.1, 4.2, ['3.2', '3.4', '3.6', '3.8', '4.0', '4.2']],
    [0.5, 40, ['1', '3', '10', '30']],
    [1e-6, 1e4, ['1e−6', '0.0001', '0.01', '1', '100', '10k']],
  ])('from %d to %d has the ticks %j', (low, high, expected) => {
    expect(labels(logarithmicAxis(low, high, 5))).toEqual(expected)
  })

  test('puts equal ratios at equal distances', () => {
    const { position } = logarithmicAxis(0.1, 100, 5)
    expect(position(1) - position(0.1)).toBeCloseTo(position(100) - position(10), 10)
  })

  test('has ticks in order and inside, whatever its range', () => {
    const value = fc.double({ min: 1e-280, max: 1e280, noNaN: true })
    fc.assert(
      fc.property(value, value, (a, b) => {
        const { ticks, position } = logarithmicAxis(Math.min(a, b), Math.max(a, b), 5)
        const places = ticks.map((tick) => position(tick.value))
        expect(ticks.length).toBeGreaterThanOrEqual(3)
        expect(places).toEqual(places.toSorted((first, second) => first - second))
        expect(places.every((place) => place >= -1e-9 && place <= 1 + 1e-9)).toBe(true)
        expect(new Set(labels({ ticks })).size).toBe(ticks.length)
      }),
      {
        seed: 1,
        examples: [
          [3, 3],
          [1, 1 + 2 ** -52],
        ],
      },
    )
  })
})

test('values have four digits', () => {
  const printed = [1.44, 12.3456, 0.12345, 1234.5, 0.00002, -3, 0, 2.5e12, 999.99].map(formatValue)
  expect(printed).toEqual([
    ...['1.440', '12.35', '0.1235', '1,235', '2.00e−5', '−3.000', '0.000', '2.50e12', '1,000.0'],
  ])
  expect([0, 999, 1200, 1_234_567].map(formatCount)).toEqual(['0', '999', '1,200', '1,234,567'])
})
