/**
 * Writes a graph as an ONNX model. Nodes that would compute the same thing twice, and constants
 * that are equal, are emitted once.
 */

import { ShapeError } from '../../errors.js'
import { type FreeDimension, factorSize } from '../graph/free-dimension.js'
import { constantOf, type Graph, inputNameOf } from '../graph/graph.js'
import type { OnnxAttribute, OnnxEmitter, OnnxForm } from '../graph/operation.js'
import type { Value } from '../graph/value.js'
import { type Tensor, tensorOf } from '../tensor/tensor.js'
import { foldFactors } from './fold-factors.js'
import { encodeModel, type OnnxNode, type OnnxType } from './messages.js'

/** The versions of the operator sets that emitted models ask for. */
export const operatorSets = { '': 21, 'com.microsoft': 1 } as const

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

export interface EmitOptions {
  /** Sizes that the model takes as they come; all are fixed when left out. */
  readonly dimensions?: readonly FreeDimension[]
}

/** The model of a graph as ONNX bytes. Throws ShapeError where an input of a free size is missing. */
export const emitOnnx = (
  graph: Graph,
  { dimensions = [] }: EmitOptions = {},
): Uint8Array<ArrayBuffer> => {
  const { inputs, outputs, nodes } = foldFactors(graph)
  for (const { name, input } of dimensions) {
    if (Object.hasOwn(inputs, input)) continue
    throw new ShapeError(
      `emit: the size ${name} comes from ${input}, which the graph does not read`,
    )
  }
  const emitted: OnnxNode[] = []
  const known = new Map<string, readonly string[]>()
  const initializers = new Map<string, Tensor>()
  const constantNames = new Map<string | Tensor, string>()
  const names = new Map<Value, string>()
  const taken = new Set([...Object.keys(inputs), ...Object.keys(outputs)])
  const freeName = (name: string): string => {
    let free = name
    while (taken.has(free)) free += '_'
    taken.add(free)
    return free
  }

  const emit: OnnxEmitter = {
    nodes(type, nodeInputs, attributes, { domain = '', outputs: count }) {
      const key = JSON.stringify([
        `${domain}.${type}`,
        nodeInputs,
        ...Object.entries(attributes).map(([name, value]) => `${name}=${keyOfAttribute(value)}`),
      ])
      const existing = known.get(key)
      if (existing !== undefined && existing.length >= count) return existing
      const name = `${type}_${emitted.length}`
      const results = Array.from({ length: count }, (_, index) =>
        freeName(count === 1 ? name : `${name}.${index}`),
      )
      emitted.push({ type, name, domain, inputs: nodeInputs, outputs: results, attributes })
      known.set(key, results)
      return results
    },
    node: (type, nodeInputs, attributes = {}, options = {}) =>
      emit.nodes(type, nodeInputs, attributes, { outputs: 1, ...options })[0]!,
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

  for (const node of nodes) {
    const [first] = node.outputs
    const inputName = inputNameOf(first!)
    const tensor = constantOf(first!)
    if (inputName !== undefined) {
      names.set(first!, inputName)
    } else if (tensor !== undefined) {
      names.set(first!, emit.constant(tensor))
    } else {
      const nodeInputs = node.inputs.map((value) => names.get(value)!)
      const { onnx } = node.operation
      const form: OnnxForm<never> =
        typeof onnx === 'string' ? () => emit.node(onnx, nodeInputs) : onnx
      const results = form(
        {
          inputs: nodeInputs,
          inputTypes: node.inputs.map(({ type }) => type),
          outputTypes: node.outputs.map(({ type }) => type),
          // A node carries attributes of its own operation.
          attributes: node.attributes as never,
        },
        emit,
      )
      const list = typeof results === 'string' ? [results] : results
      node.outputs.forEach((value, index) => {
        names.set(value, list[index]!)
      })
    }
  }

  // The node that computes an output takes on its name. What is an input, a constant or an output
  // already is passed on under the second name.
  const produced = new Set(emitted.flatMap((node) => node.outputs))
  const renamed = new Map<string, string>()
  const passedOn: OnnxNode[] = []
  for (const [name, value] of Object.entries(outputs)) {
    const current = names.get(value)!
    if (produced.has(current) && !renamed.has(current)) {
      renamed.set(current, name)
    } else {
      const node = { type: 'Identity', name: `output_${name}`, domain: '', attributes: {} }
      passedOn.push({ ...node, inputs: [current], outputs: [name] })
    }
  }
  const rename = (list: readonly string[]) => list.map((name) => renamed.get(name) ?? name)
  const finalNodes = [...emitted, ...passedOn].map((node) => ({
    ...node,
    inputs: rename(node.inputs),
    outputs: rename(node.outputs),
  }))
  const sizeOf = (size: number): number | string => {
    const { factor, free } = factorSize(size, dimensions)
    const names = free.map(({ name }) => name)
    if (names.length === 0) return size
    return (factor === 1 ? names : [factor, ...names]).join(' * ')
  }
  const types = (values: Readonly<Record<string, Value>>): Record<string, OnnxType> =>
    Object.fromEntries(
      Object.entries(values).map(([name, { dtype, shape }]) => [
        name,
        { dtype, shape: shape.map(sizeOf) },
      ]),
    )
  return encodeModel({
    nodes: finalNodes,
    initializers,
    inputs: types(inputs),
    outputs: types(outputs),
    operatorSets,
  })
}
