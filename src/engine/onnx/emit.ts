/**
 * Writes a graph as an ONNX model. Nodes that would compute the same thing twice, and constants
 * that are equal, are emitted once.
 */

import { constantOf, type Graph, inputNameOf } from '../graph/graph.js'
import type { OnnxAttribute, OnnxEmitter, OnnxForm } from '../graph/operation.js'
import type { Value } from '../graph/value.js'
import { type Tensor, type TensorType, tensorOf } from '../tensor/tensor.js'
import { foldFactors } from './fold-factors.js'
import { encodeModel, type OnnxNode } from './messages.js'

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

/** The model of a graph as ONNX bytes. */
export const emitOnnx = (graph: Graph): Uint8Array<ArrayBuffer> => {
  const { inputs, outputs, nodes } = foldFactors(graph)
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
    integers: (values) => emit.constant(tensorOf('int64', values)),
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
  const types = (values: Readonly<Record<string, Value>>): Record<string, TensorType> =>
    Object.fromEntries(Object.entries(values).map(([name, { type }]) => [name, type]))
  return encodeModel({
    nodes: finalNodes,
    initializers,
    inputs: types(inputs),
    outputs: types(outputs),
    operatorSets,
  })
}
