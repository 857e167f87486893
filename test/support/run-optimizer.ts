/** Runs an optimizer's updates on one parameter, step by step. */

import { input } from '../../src/engine/graph/graph.js'
import type { Runtime } from '../../src/engine/runtime/runtime.js'
import { numbersOf, type Tensor, tensorOf, zeroTensor } from '../../src/engine/tensor/tensor.js'
import type { Optimizer } from '../../src/training/optimizers/index.js'
import { compute } from './compute.js'

export interface OptimizerRun {
  readonly optimizer: Optimizer
  readonly name?: string
  readonly start: Tensor
  /** One for each step. */
  readonly gradients: readonly Tensor[]
  readonly rates: readonly number[]
}

/** The parameter after each step. */
export const runOptimizer = async (
  runtime: Runtime,
  { optimizer, name = 'weight', start, gradients, rates }: OptimizerRun,
): Promise<number[][]> => {
  const parameter = { name, shape: start.shape }
  const stateNames = optimizer.state(parameter)
  let value = start
  let state = Object.fromEntries(stateNames.map((key) => [key, zeroTensor(start)]))
  const values: number[][] = []
  for (const [index, gradient] of gradients.entries()) {
    const scalars = Object.entries(optimizer.scalars(index + 1, rates[index]!))
    const feeds = {
      value,
      gradient,
      ...Object.fromEntries(
        scalars.map(([key, scalar]) => [key, tensorOf('float32', [scalar], [])]),
      ),
      ...Object.fromEntries(stateNames.map((key) => [`state ${key}`, state[key]!])),
    }
    const next = optimizer.update({
      parameter,
      value: input('value', value),
      gradient: input('gradient', gradient),
      state: Object.fromEntries(stateNames.map((key) => [key, input(`state ${key}`, state[key]!)])),
      scalars: Object.fromEntries(
        scalars.map(([key]) => [key, input(key, { dtype: 'float32', shape: [] })]),
      ),
    })
    const { value: found, ...rest } = await compute(
      runtime,
      { value: next.value, ...next.state },
      feeds,
    )
    value = found!
    state = rest
    values.push(numbersOf(value))
  }
  return values
}
