import { describe, expect, test } from 'vitest'
import { createFactor, type ScheduleOptions } from './create-factor.js'
import * as schedules from './index.js'
import { constant, cosine, warmRestarts, warmupStableDecay } from './index.js'
import type { Schedule } from './schedule.js'

const steps = 1000

const factorsOf = (options: ScheduleOptions, count = steps): number[] => {
  const factor = createFactor(options, count)
  return Array.from({ length: count }, (_, index) => factor(index + 1))
}

/** Equation 5 of Loshchilov & Hutter 2017, written as they do. */
const sgdr = (minimum: number, maximum: number, current: number, length: number) =>
  minimum + 0.5 * (maximum - minimum) * (1 + Math.cos((current / length) * Math.PI))

describe.each(Object.values<Schedule>(schedules))('$kind', ({ kind, options }) => {
  const defaults = { kind, ...options.parse({}) } as ScheduleOptions

  test('rises evenly to the whole learning rate during the warm-up', () => {
    const factors = factorsOf({ ...defaults, warmup: 0.1 })
    expect(factors[0]).toBeCloseTo(0.01, 12)
    expect(factors[49]).toBeCloseTo(0.5, 12)
    expect(factors[99]).toBe(1)
  })

  test('starts at once without a warm-up', () => {
    expect(factorsOf({ ...defaults, warmup: 0 })[0]).toBe(1)
  })

  test('stays between 0 and 1, also in runs of a few steps', () => {
    for (const count of [1, 2, 3, 7, steps]) {
      for (const factor of factorsOf(defaults, count)) {
        expect(factor).toBeGreaterThanOrEqual(0)
        expect(factor).toBeLessThanOrEqual(1)
      }
    }
  })

  test('keeps its last factor after the last step', () => {
    const factor = createFactor(defaults, steps)
    expect(factor(steps + 50)).toBe(factor(steps))
  })
})

describe('constant', () => {
  test('never falls', () => {
    const factors = factorsOf({ kind: constant.kind, warmup: 0.01 })
    expect(factors.slice(9).every((factor) => factor === 1)).toBe(true)
  })
})

describe('cosine', () => {
  test('follows the published formula from the end of the warm-up to the last step', () => {
    const factors = factorsOf({ kind: cosine.kind, warmup: 0.02, floor: 0.1 })
    for (const step of [20, 21, 265, 510, 755, 999, 1000]) {
      expect(factors[step - 1]).toBeCloseTo(sgdr(0.1, 1, step - 20, 980), 12)
    }
    expect(factors[999]).toBeCloseTo(0.1, 12)
  })
})

describe('warm restarts', () => {
  const factors = factorsOf({ kind: warmRestarts.kind, warmup: 0, floor: 0, cycles: 3, growth: 2 })

  test('follow the published formula in cycles of 1, 2 and 4 sevenths of the run', () => {
    const length = 999 / 7
    for (const current of [0, 50, 142]) {
      expect(factors[current]).toBeCloseTo(sgdr(0, 1, current, length), 12)
    }
    expect(factors[143]).toBeCloseTo(sgdr(0, 1, 143 - length, 2 * length), 12)
    expect(factors[800]).toBeCloseTo(sgdr(0, 1, 800 - 3 * length, 4 * length), 12)
  })

  test('start again twice and end at the floor', () => {
    const rises = factors.filter((factor, index) => index > 0 && factor > factors[index - 1]!)
    expect(rises).toHaveLength(2)
    expect(factors.at(-1)).toBeCloseTo(0, 12)
  })
})

describe('warm-up, plateau and decay', () => {
  test.each([0, 0.5])(
    'falls evenly over the last fifth of the whole run, after a warm-up of %d',
    (warmup) => {
      const kind = warmupStableDecay.kind
      const factors = factorsOf({ kind, warmup, decay: 0.2, curve: 'linear', floor: 0 })
      expect(factors[799]).toBe(1)
      expect(factors[899]).toBeCloseTo(0.5, 2)
      expect(factors[999]).toBeCloseTo(0, 12)
    },
  )

  test('follows 1 - √progress where that curve is chosen', () => {
    const factors = factorsOf({
      kind: warmupStableDecay.kind,
      warmup: 0,
      decay: 1,
      curve: 'square-root',
      floor: 0.2,
    })
    // Hägele et al. 2024: f(n, N, N_decay) = 1 - √((n - (N - N_decay)) / N_decay).
    expect(factors[250]).toBeCloseTo(0.2 + 0.8 * (1 - Math.sqrt(250 / 999)), 12)
  })
})
