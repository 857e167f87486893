/** What a case is, and how cases are made. */

import type { Value } from '../../../src/engine/graph/value.js'
import { type Tensor, tensorOf } from '../../../src/engine/tensor/tensor.js'
import { type Computation, randomTensor } from '../check-gradient.js'

export interface OperationCase extends Computation {
  /** The same in operations that have float64 kernels, where the operation has none. */
  readonly reference?: Computation['compute']
}

export type Shape = readonly number[]
type Values = Record<string, Value>
type Compute = (...values: Value[]) => Value | readonly Value[]
export type RandomOptions = NonNullable<Parameters<typeof randomTensor>[1]>

/** Cases by the name of the operation. */
export type OperationCases = Readonly<Record<string, readonly OperationCase[]>>

const letters = ['a', 'b', 'c', 'd', 'e']

const named = (tensors: readonly Tensor[], prefix = ''): Record<string, Tensor> =>
  Object.fromEntries(tensors.map((tensor, index) => [`${prefix}${letters[index]!}`, tensor]))

/** A case on random inputs of the given shapes; the fixed tensors come after them. */
export const on = (
  shapes: readonly Shape[],
  compute: Compute,
  { fixed = [], ...options }: RandomOptions & { readonly fixed?: readonly Tensor[] } = {},
): OperationCase => {
  const inputs = named(shapes.map((shape, seed) => randomTensor(shape, { seed, ...options })))
  const others = named(fixed, 'fixed ')
  const names = [...Object.keys(inputs), ...Object.keys(others)]
  return { inputs, fixed: others, compute: (values) => compute(...names.map((n) => values[n]!)) }
}

/** The same with a computation in float64 to compare with. */
export const against = (operationCase: OperationCase, reference: Compute): OperationCase => ({
  ...operationCase,
  reference: (values: Values) =>
    reference(...Object.keys(operationCase.inputs).map((name) => values[name]!)),
})

export const ids = (values: readonly number[], shape?: Shape) => tensorOf('int32', values, shape)
export const longIds = (values: readonly number[], shape?: Shape) =>
  tensorOf('int64', values, shape)
export const truths = (values: readonly number[], shape: Shape) => tensorOf('bool', values, shape)
