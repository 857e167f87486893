import { expect, it } from 'vitest'
import { DataError } from '../../errors.js'
import { createPlan } from './plan.js'

it('shows every example once an epoch, and then all of them again', () => {
  const plan = createPlan({ count: 10, batchSize: 4, seed: 1 })
  const planned = [0, 1, 2, 3, 4].flatMap(plan)
  for (const epoch of [0, 1]) {
    const seen = planned.filter((one) => one.epoch === epoch).map(({ index }) => index)
    expect(seen.sort((a, b) => a - b)).toEqual([...Array(10).keys()])
  }
})

it('lets a batch span two epochs', () => {
  const plan = createPlan({ count: 10, batchSize: 4, seed: 1 })
  expect(plan(2).map(({ epoch }) => epoch)).toEqual([0, 0, 1, 1])
})

it('does not depend on the steps that were asked for before', () => {
  const options = { count: 37, batchSize: 8, seed: 5 }
  const plan = createPlan(options)
  const inOrder = Array.from({ length: 20 }, (_, step) => plan(step))
  for (const step of [19, 0, 7, 12]) expect(createPlan(options)(step)).toEqual(inOrder[step])
})

it('sees the same examples in the same order in batches of another size', () => {
  const large = createPlan({ count: 37, batchSize: 8, seed: 5 })
  const small = createPlan({ count: 37, batchSize: 4, seed: 5 })
  expect(large(3)).toEqual([...small(6), ...small(7)])
})

it('may be larger in one step than the data set', () => {
  const plan = createPlan({ count: 3, batchSize: 8, seed: 5 })
  expect(plan(0).map(({ epoch }) => epoch)).toEqual([0, 0, 0, 1, 1, 1, 2, 2])
})

it('needs an example', () => {
  expect(() => createPlan({ count: 0, batchSize: 8, seed: 5 })(0)).toThrow(DataError)
})
