import { expect, test } from 'vitest'
import { createRandom } from '../../engine/tensor/random.js'
import { createBucketPlan, rowLengths } from './bucket-plan.js'

const random = createRandom(1, 'sizes')
const sizes = Array.from({ length: 500 }, () => 1 + Math.floor(40 * random.uniform() ** 3))
const buckets = sizes.map((size) => (size <= 8 ? 0 : size <= 20 ? 1 : 2))
const plan = (seed = 1) => createBucketPlan({ buckets, sizes, batchSize: 10, seed })

test('an epoch has every example once, and examples of a batch fit in its bucket', () => {
  const of = plan()
  // 500 examples in batches of 10: pools of 16 steps end with the third, 480 examples in.
  const steps = Array.from({ length: 48 }, (_, step) => of(step))
  const indexes = steps.flatMap(({ indexes }) => indexes)
  expect(new Set(indexes).size).toBe(480)
  for (const { bucket, indexes } of steps) {
    expect(Math.max(...indexes.map((index) => buckets[index]!))).toBe(bucket)
  }
})

test('examples of a batch are of like size', () => {
  const of = plan()
  const spread = (indexes: readonly number[]) => {
    const own = indexes.map((index) => sizes[index]!)
    return Math.max(...own) - Math.min(...own)
  }
  const spreads = Array.from({ length: 48 }, (_, step) => spread(of(step).indexes))
  expect(spreads.reduce((sum, one) => sum + one, 0) / 48).toBeLessThan(5)
  // Small and large batches come in turn, not in order.
  const first = Array.from({ length: 16 }, (_, step) => of(step).bucket)
  expect(first).not.toEqual(first.toSorted())
})

test('a step depends on the seed and its place alone', () => {
  const [forwards, backwards] = [plan(), plan()]
  const last = Array.from({ length: 40 }, (_, step) => backwards(39 - step)).reverse()
  expect(Array.from({ length: 40 }, (_, step) => forwards(step))).toEqual(last)
  expect(plan(2)(0)).not.toEqual(forwards(0))
})

test('few examples do not fill a batch with the same one', () => {
  const few = createBucketPlan({
    ...{ buckets: [0, 0, 0, 0, 0, 0, 0], sizes: [1, 2, 3, 4, 5, 6, 7] },
    ...{ batchSize: 3, seed: 1 },
  })
  for (let step = 0; step < 20; step++) expect(new Set(few(step).indexes).size).toBeGreaterThan(1)
  const tiny = createBucketPlan({ buckets: [0, 0], sizes: [1, 1], batchSize: 4, seed: 1 })
  expect(tiny(0).indexes.toSorted()).toEqual([0, 0, 1, 1])
})

test.each([
  [[1, 2, 3, 60], [8, 64, 64], undefined],
  [Array.from({ length: 20 }, (_, index) => index + 1), [16, 24, 24], undefined],
  [[], [8, 8, 8], undefined],
  [[1, 1, 9, 9], [8, 10, 10], 10],
])('rows of %j are padded to %j, and to %s at most', (found, expected, most) => {
  expect(rowLengths(found, most)).toEqual(expected)
})
