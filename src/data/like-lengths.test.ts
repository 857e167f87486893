import { expect, test } from 'vitest'
import { planLikeLengths, rowLengths } from './like-lengths.js'
import { createPlan } from './plan.js'

const lengths = Array.from({ length: 100 }, (_, index) => 1 + ((index * 37) % 50))
const plan = createPlan({ count: 100, batchSize: 5, seed: 1 })
const alike = planLikeLengths(plan, { lengthOf: (index) => lengths[index]!, seed: 1 })

const spread = (steps: readonly number[], chosen: typeof plan): number =>
  steps.reduce((sum, step) => {
    const found = chosen(step).map(({ index }) => lengths[index]!)
    return sum + Math.max(...found) - Math.min(...found)
  }, 0) / steps.length

const steps = Array.from({ length: 32 }, (_, step) => step)

test('the same examples come, and those of a step are about equally long', () => {
  const seen = (chosen: typeof plan) =>
    steps.flatMap((step) => chosen(step).map(({ index, epoch }) => `${epoch} ${index}`)).sort()
  expect(seen(alike)).toEqual(seen(plan))
  expect(spread(steps, alike)).toBeLessThan(spread(steps, plan) / 5)
})

test('lengths come in no order', () => {
  const firsts = steps.slice(0, 16).map((step) => lengths[alike(step)[0]!.index]!)
  expect(firsts).not.toEqual(firsts.toSorted((a, b) => a - b))
})

test('a step does not depend on which were asked for before', () => {
  const fresh = planLikeLengths(plan, { lengthOf: (index) => lengths[index]!, seed: 1 })
  expect(fresh(20)).toEqual(alike(20))
})

test.each([
  [[1, 2, 3, 60], [8, 64], 99],
  [Array.from({ length: 20 }, (_, index) => index + 1), [16, 24], 99],
  [[5], [8], 99],
  [[], [8], 99],
  [[1, 1, 9, 9], [8, 10], 10],
])('rows of %j are padded to %j, and to %i at most', (found, expected, most) => {
  expect(rowLengths(found, most)).toEqual(expected)
})
