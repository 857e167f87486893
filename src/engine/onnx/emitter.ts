/**
 * Writes the nodes and constants of a model. Nodes that would compute the same thing twice, and
 * constants that are equal, are written once and known by one name.
 */

import { type FreeDimension, factorSize } from '../graph/free-dimension.js'
import type { OnnxAttribute, OnnxEmitter } from '../graph/operation.js'
import { type Tensor, tensorOf } from '../tensor/tensor.js'
import type { OnnxNode } from './messages.js'

/** Constants above this size are compared by identity only. */
const sharedConstantBytes = 4096

/** By bytes, which tell 0 from -0. */
const keyOfTensor = ({ dtype, shape, data }: Tensor): string =>
  `${dtype} ${shape} ${new Uint8Array(data.buffer, data.byteOffset, data.byteLength)}`

const keyOfAttribute = (value: OnnxAttribute | undefined): string => {
  if (typeof value !== 'object') return String(value)
  if ('dtype' in value) return keyOfTensor(value)
  return 'float' in value ? `float ${value.float}` : `[${value}]`
}

export interface ModelEmitter {
  readonly emit: OnnxEmitter
  /** What has been emitted so far, in the order of computation. */
  readonly nodes: readonly OnnxNode[]
  readonly initializers: ReadonlyMap<string, Tensor>
}

/** An emitter of names that are not taken; sizes that are free are read from inputs at each run. */
export const createEmitter = (
  takenNames: Iterable<string>,
  dimensions: readonly FreeDimension[],
): ModelEmitter => {
  const nodes: OnnxNode[] = []
  const known = new Map<string, readonly string[]>()
  const initializers = new Map<string, Tensor>()
  const constantNames = new Map<string | Tensor, string>()
  const taken = new Set(takenNames)
  const freeName = (name: string): string => {
    let free = name
    while (taken.has(free)) free += '_'
    taken.add(free)
    return free
  }

  const emit: OnnxEmitter = {
    nodes(type, inputs, attributes, { domain = '', outputs: count }) {
      const key = JSON.stringify([
        `${domain}.${type}`,
        inputs,
        ...Object.entries(attributes).map(([name, value]) => `${name}=${keyOfAttribute(value)}`),
      ])
      const existing = known.get(key)
      if (existing !== undefined && existing.length >= count) return existing
      const name = `${type}_${nodes.length}`
      const outputs = Array.from({ length: count }, (_, index) =>
        freeName(count === 1 ? name : `${name}.${index}`),
      )
      nodes.push({ type, name, domain, inputs, outputs, attributes })
      known.set(key, outputs)
      return outputs
    },
    node: (type, inputs, attributes = {}, options = {}) =>
      emit.nodes(type, inputs, attributes, { outputs: 1, ...options })[0]!,
    constant(tensor) {
      const key = tensor.data.byteLength > sharedConstantBytes ? tensor : keyOfTensor(tensor)
      let name = constantNames.get(key)
      if (name === undefined) {
        name = freeName(`constant_${constantNames.size}`)
        constantNames.set(key, name)
        initializers.set(name, tensor)
      }
      return name
    },
    integers(values) {
      const factored = values.map((value) => factorSize(value, dimensions))
      if (factored.every(({ free }) => free.length === 0)) {
        return emit.constant(tensorOf('int64', values))
      }
      const parts = factored.map(({ factor, free }) => {
        const sizes = free.map(({ input, axis }) =>
          emit.node('Shape', [input], { start: axis, end: axis + 1 }),
        )
        const factors = factor === 1 && sizes.length > 0 ? [] : [emit.integers([factor])]
        return [...sizes, ...factors].reduce((product, size) => emit.node('Mul', [product, size]))
      })
      return parts.length === 1 ? parts[0]! : emit.node('Concat', parts, { axis: 0 })
    },
  }
  return { emit, nodes, initializers }
}
