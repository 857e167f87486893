/**
 * Compares gradients with central differences, and float32 with float64, through the real runtime.
 * The loss is a fixed random mixture of all outputs; every element of every input is moved.
 */

import { gradients } from '../../src/engine/autodiff/gradient.js'
import { constant, createGraph, input } from '../../src/engine/graph/graph.js'
import type { Value } from '../../src/engine/graph/value.js'
import { add, cast, mul, sum } from '../../src/engine/operations/index.js'
import type { Runtime } from '../../src/engine/runtime/runtime.js'
import { type DType, isFloat } from '../../src/engine/tensor/dtype.js'
import { createRandom } from '../../src/engine/tensor/random.js'
import { sizeOf } from '../../src/engine/tensor/shape.js'
import { numbersOf, type Tensor, tensorOf } from '../../src/engine/tensor/tensor.js'

type Tensors = Readonly<Record<string, Tensor>>

export interface Computation {
  /** What the gradients are taken with respect to: floating-point tensors. */
  readonly inputs: Tensors
  /** What is fed besides: ids, masks, seeds, angles. */
  readonly fixed?: Tensors
  readonly compute: (values: Record<string, Value>) => Value | readonly Value[]
}

export interface Tolerance {
  readonly absolute?: number
  readonly relative?: number
}

export interface GradientCheck extends Computation, Tolerance {
  /** How far an element is moved to each side. */
  readonly step?: number
}

/** The loss: every floating-point output times fixed random weights, summed. */
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

const build = ({ inputs, fixed = {}, compute }: Computation, prefix = '') => {
  const values: Record<string, Value> = {}
  for (const [name, { dtype, shape }] of Object.entries({ ...inputs, ...fixed })) {
    values[name] = input(`${prefix}${name}`, { dtype, shape })
  }
  const result = compute(values)
  const outputs = Array.isArray(result) ? (result as readonly Value[]) : [result as Value]
  const loss = mixtureOf(outputs)
  const names = Object.keys(inputs)
  const found = gradients(
    loss,
    names.map((name) => values[name]!),
  )
  const graph: Record<string, Value> = { [`${prefix}loss`]: loss }
  outputs.forEach((output, index) => {
    graph[`${prefix}output ${index}`] = output
  })
  found.forEach((gradient, index) => {
    if (gradient === undefined) throw new Error(`no gradient reaches ${names[index]}`)
    graph[`${prefix}gradient of ${names[index]}`] = gradient
  })
  return { loss, graph }
}

const withPrefix = (tensors: Tensors, prefix: string): Tensors =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [`${prefix}${name}`, tensor]))

/** The loss, the outputs and the gradients of computations, by name, all in one program. */
export const differentiateAll = async (
  runtime: Runtime,
  computations: Readonly<Record<string, Computation>>,
): Promise<Record<string, Record<string, Tensor>>> => {
  const prefixOf = (name: string) => `${name}: `
  const graphs = Object.entries(computations).map(
    ([name, computation]) => build(computation, prefixOf(name)).graph,
  )
  const program = await runtime.createProgram(createGraph(Object.assign({}, ...graphs)))
  const feeds = Object.entries(computations).map(([name, { inputs, fixed = {} }]) =>
    withPrefix({ ...inputs, ...fixed }, prefixOf(name)),
  )
  const results = Object.entries(await program.run(Object.assign({}, ...feeds)))
  await program.close()
  return Object.fromEntries(
    Object.keys(computations).map((name) => {
      const own = results.filter(([key]) => key.startsWith(prefixOf(name)))
      return [
        name,
        Object.fromEntries(own.map(([key, tensor]) => [key.slice(prefixOf(name).length), tensor])),
      ]
    }),
  )
}

/** The loss, the outputs and the gradients of a computation, by name. */
export const differentiate = async (
  runtime: Runtime,
  computation: Computation,
): Promise<Record<string, Tensor>> =>
  (await differentiateAll(runtime, { computation })).computation!

const isClose = (found: number, expected: number, { absolute = 0, relative = 0 }: Tolerance) =>
  Object.is(found, expected) ||
  Math.abs(found - expected) <= absolute + relative * Math.abs(expected)

/** Throws when a gradient differs by more than `absolute + relative · |difference quotient|`. */
export const checkGradient = async (
  runtime: Runtime,
  { step = 1e-5, absolute = 1e-6, relative = 1e-5, ...computation }: GradientCheck,
): Promise<void> => {
  const found = await differentiate(runtime, computation)
  const { loss } = build(computation)
  const program = await runtime.createProgram(createGraph({ loss }))
  const feeds = { ...computation.inputs, ...computation.fixed }
  for (const [name, { dtype, shape }] of Object.entries(computation.inputs)) {
    const base = numbersOf(computation.inputs[name]!)
    const gradient = numbersOf(found[`gradient of ${name}`]!)
    const lossAt = async (index: number, distance: number) => {
      const moved = tensorOf(dtype, base.with(index, base[index]! + distance), shape)
      return Number((await program.run({ ...feeds, [name]: moved })).loss!.data[0])
    }
    for (let index = 0; index < base.length; index++) {
      const quotient = ((await lossAt(index, step)) - (await lossAt(index, -step))) / (2 * step)
      if (!isClose(gradient[index]!, quotient, { absolute, relative })) {
        throw new Error(
          `the gradient of ${name} differs at element ${index}: ${gradient[index]} by the rule, ` +
            `${quotient} by central differences`,
        )
      }
    }
  }
  await program.close()
}

const inPrecision = (tensors: Tensors, dtype: DType): Tensors =>
  Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => [
      name,
      isFloat(tensor.dtype) ? tensorOf(dtype, numbersOf(tensor), tensor.shape) : tensor,
    ]),
  )

/** The computation on float32 or float64 inputs of the same values. */
export const withPrecision = (
  { inputs, fixed = {}, compute }: Computation,
  dtype: 'float32' | 'float64',
): Computation => ({
  inputs: inPrecision(inputs, dtype),
  fixed: inPrecision(fixed, dtype),
  compute,
})

/** Throws when two results of `differentiate` differ; a name that only one has is a difference. */
export const compareResults = (
  found: Record<string, Tensor>,
  expected: Record<string, Tensor>,
  { absolute = 2e-5, relative = 1e-4 }: Tolerance = {},
): void => {
  for (const name of new Set([...Object.keys(found), ...Object.keys(expected)])) {
    if (found[name] === undefined || expected[name] === undefined) {
      throw new Error(`only one of the results has the ${name}`)
    }
    const [left, right] = [numbersOf(found[name]), numbersOf(expected[name])]
    // What cancels in a sum is lost in proportion to its largest terms.
    const scale = absolute * Math.max(1, ...right.map(Math.abs).filter(Number.isFinite))
    const index = right.findIndex(
      (value, place) => !isClose(left[place]!, value, { absolute: scale, relative }),
    )
    if (index >= 0 || left.length !== right.length) {
      throw new Error(
        `the ${name} differs at element ${index}: ${left[index]} instead of ${right[index]}`,
      )
    }
  }
}

/** Random normal numbers of a shape, at least `gap` away from 0. */
export const randomTensor = (
  shape: readonly number[],
  { seed = 1, dtype = 'float64' as DType, gap = 0, positive = false } = {},
): Tensor => {
  const random = createRandom(seed, 'tensor', ...shape)
  const values = Array.from({ length: sizeOf(shape) }, () => {
    const value = positive ? Math.abs(random.normal()) + 0.1 : random.normal()
    return value + Math.sign(value) * gap
  })
  return tensorOf(dtype, values, shape)
}
