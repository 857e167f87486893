/**
 * Compares gradients with central differences, in float64, through the real runtime. The loss is a
 * fixed random mixture of all outputs; every element of every checked input is moved.
 */

import { expect } from 'vitest'
import { gradients } from '../../src/engine/autodiff/gradient.js'
import { constant, createGraph, input } from '../../src/engine/graph/graph.js'
import type { Value } from '../../src/engine/graph/value.js'
import { add, cast, mul, sum } from '../../src/engine/operations/index.js'
import type { Runtime } from '../../src/engine/runtime/runtime.js'
import { isFloat } from '../../src/engine/tensor/dtype.js'
import { createRandom } from '../../src/engine/tensor/random.js'
import { sizeOf } from '../../src/engine/tensor/shape.js'
import { numbersOf, type Tensor, tensorOf } from '../../src/engine/tensor/tensor.js'

export interface GradientCheck {
  readonly inputs: Readonly<Record<string, Tensor>>
  readonly compute: (inputs: Record<string, Value>) => Value | readonly Value[]
  /** How far an element is moved to each side. */
  readonly step?: number
  readonly absolute?: number
  readonly relative?: number
}

/** The loss: every output times fixed random weights, summed. */
const mixtureOf = (outputs: readonly Value[]): Value =>
  outputs
    .filter(({ dtype }) => isFloat(dtype))
    .map((output, index) => {
      const random = createRandom(7, 'mixture', index)
      const weights = Array.from({ length: sizeOf(output.shape) }, () => random.normal())
      return sum(
        mul(cast(output, { to: 'float64' }), constant(tensorOf('float64', weights, output.shape))),
      )
    })
    .reduce((total, part) => add(total, part))

/** Throws when a gradient differs by more than `absolute + relative · |difference quotient|`. */
export const checkGradient = async (
  runtime: Runtime,
  { inputs, compute, step = 1e-5, absolute = 1e-6, relative = 1e-5 }: GradientCheck,
): Promise<void> => {
  const values: Record<string, Value> = {}
  for (const [name, { dtype, shape }] of Object.entries(inputs)) {
    values[name] = input(name, { dtype, shape })
  }
  const outputs = compute(values)
  const loss = mixtureOf(Array.isArray(outputs) ? outputs : [outputs as Value])
  const checked = Object.keys(inputs).filter((name) => isFloat(inputs[name]!.dtype))
  const results = gradients(
    loss,
    checked.map((name) => values[name]!),
  )
  const graph: Record<string, Value> = { loss }
  checked.forEach((name, index) => {
    expect(results[index], `no gradient reaches ${name}`).toBeDefined()
    graph[`gradient ${name}`] = results[index]!
  })
  const program = await runtime.createProgram(createGraph(graph))
  const lossProgram = await runtime.createProgram(createGraph({ loss }))
  const lossAt = async (feeds: Record<string, Tensor>) =>
    Number((await lossProgram.run(feeds))['loss']!.data[0])
  const found = await program.run(inputs)
  for (const name of checked) {
    const { dtype, shape } = inputs[name]!
    const base = numbersOf(inputs[name]!)
    const gradient = numbersOf(found[`gradient ${name}`]!)
    for (let index = 0; index < base.length; index++) {
      const moved = async (distance: number) =>
        lossAt({
          ...inputs,
          [name]: tensorOf(dtype, base.with(index, base[index]! + distance), shape),
        })
      const quotient = ((await moved(step)) - (await moved(-step))) / (2 * step)
      const difference = Math.abs(gradient[index]! - quotient)
      if (!(difference <= absolute + relative * Math.abs(quotient))) {
        throw new Error(
          `the gradient of ${name} differs at element ${index}: ${gradient[index]} by the rule, ` +
            `${quotient} by central differences`,
        )
      }
    }
  }
  await program.close()
  await lossProgram.close()
}

/** Random normal numbers of a shape, away from kinks when `gap` is set. */
export const randomTensor = (
  shape: readonly number[],
  { seed = 1, dtype = 'float64' as const, gap = 0, positive = false } = {},
): Tensor => {
  const random = createRandom(seed, 'tensor', ...shape)
  const values = Array.from({ length: sizeOf(shape) }, () => {
    const value = positive ? Math.abs(random.normal()) + 0.1 : random.normal()
    return value + Math.sign(value) * gap
  })
  return tensorOf(dtype, values, shape)
}
