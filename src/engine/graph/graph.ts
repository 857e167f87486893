/**
 * A graph: named inputs, named outputs and the nodes between them. `trace` makes one from a
 * function of values; `printGraph` writes it as text, one node a line.
 */

import { ShapeError } from '../../errors.js'
import type { Tensor, TensorType } from '../tensor/tensor.js'
import { numbersOf, printType } from '../tensor/tensor.js'
import type { Operation } from './operation.js'
import { createNode, type Node, nodesInOrder, type Value } from './value.js'

export interface Graph {
  readonly inputs: Readonly<Record<string, Value>>
  readonly outputs: Readonly<Record<string, Value>>
  /** In an order in which they can be computed; inputs and constants included. */
  readonly nodes: readonly Node[]
}

const leaf = <Attributes>(name: string, typeOf: (attributes: Attributes) => TensorType) =>
  ({
    name,
    type: (_inputs, attributes) => typeOf(attributes),
    gradient: 'none',
    // Leaves become the inputs and initializers of the model, not nodes.
    onnx: () => [],
  }) satisfies Operation<Attributes, never>

/** A value that is fed at every run. */
export const inputOperation = leaf<{ readonly name: string; readonly type: TensorType }>(
  'input',
  ({ type }) => type,
)

/** A value that is part of the graph. */
export const constantOperation = leaf<{ readonly tensor: Tensor }>('constant', ({ tensor }) => ({
  dtype: tensor.dtype,
  shape: tensor.shape,
}))

/** A named value that is fed at every run. */
export const input = (name: string, type: TensorType): Value =>
  createNode({ operation: inputOperation, inputs: [], attributes: { name, type }, scope: '' }, [
    type,
  ]).outputs[0]!

/** A tensor that is part of the graph. */
export const constant = (tensor: Tensor): Value =>
  createNode({ operation: constantOperation, inputs: [], attributes: { tensor }, scope: '' }, [
    { dtype: tensor.dtype, shape: tensor.shape },
  ]).outputs[0]!

/** The tensor of a value that `constant` made, or undefined. */
export const constantOf = ({ node }: Value): Tensor | undefined =>
  // A node carries attributes of its own operation, here and below.
  node.operation === constantOperation ? (node.attributes as { tensor: Tensor }).tensor : undefined

/** The name of a value that `input` made, or undefined. */
export const inputNameOf = ({ node }: Value): string | undefined =>
  node.operation === inputOperation ? (node.attributes as { name: string }).name : undefined

/**
 * The graph that computes the outputs. Throws ShapeError when two inputs, or an input and an output,
 * share a name.
 */
export const createGraph = (outputs: Readonly<Record<string, Value>>): Graph => {
  const nodes = nodesInOrder(Object.values(outputs))
  const inputs: Record<string, Value> = {}
  for (const {
    outputs: [value],
  } of nodes) {
    const name = value === undefined ? undefined : inputNameOf(value)
    if (name === undefined) continue
    if (Object.hasOwn(inputs, name)) {
      throw new ShapeError(`graph: two inputs are named ${name}; give each its own name`)
    }
    if (Object.hasOwn(outputs, name)) {
      throw new ShapeError(`graph: an input and an output are named ${name}; rename one of them`)
    }
    inputs[name] = value!
  }
  return { inputs, outputs, nodes }
}

/** Runs a function on inputs of the given types and returns the graph of what it computes. */
export const trace = <Name extends string>(
  types: Readonly<Record<Name, TensorType>>,
  compute: (inputs: Record<Name, Value>) => Readonly<Record<string, Value>>,
): Graph => {
  const inputs = Object.fromEntries(
    Object.entries<TensorType>(types).map(([name, type]) => [name, input(name, type)]),
  )
  // They have the names of the types.
  return createGraph(compute(inputs as Record<Name, Value>))
}

const printAttribute = (value: unknown): string =>
  Array.isArray(value) ? `[${value.map(printAttribute).join(', ')}]` : String(value)

/** Without the digits that float32 adds to 0.1. */
const printNumber = (value: number): string => String(Number(value.toPrecision(7)))

const printConstant = (tensor: Tensor): string =>
  tensor.data.length <= 4
    ? `${printType(tensor)} {${numbersOf(tensor).map(printNumber).join(', ')}}`
    : printType(tensor)

/**
 * The graph as text: `%3: float32[2, 5] = matmul(%1, %2) {transposeB: true}  # layers.0`, then its
 * outputs. Values are numbered in the order of their nodes; inputs keep their names.
 */
export const printGraph = ({ nodes, outputs }: Graph): string => {
  const names = new Map<Value, string>()
  const lines: string[] = []
  for (const node of nodes) {
    for (const value of node.outputs) {
      const name = inputNameOf(value)
      names.set(value, name === undefined ? `%${names.size}` : `%${name}`)
    }
    const results = node.outputs.map((value) => `${names.get(value)}: ${printType(value.type)}`)
    const tensor = constantOf(node.outputs[0]!)
    if (inputNameOf(node.outputs[0]!) !== undefined) {
      lines.push(`input ${results[0]}`)
    } else if (tensor !== undefined) {
      lines.push(`${names.get(node.outputs[0]!)} = constant ${printConstant(tensor)}`)
    } else {
      const attributes = Object.entries(node.attributes)
        .filter(([, value]) => value !== undefined)
        .map(([key, value]) => `${key}: ${printAttribute(value)}`)
      const call = `${node.operation.name}(${node.inputs.map((value) => names.get(value)).join(', ')})`
      const suffix = attributes.length > 0 ? ` {${attributes.join(', ')}}` : ''
      lines.push(
        `${results.join(', ')} = ${call}${suffix}${node.scope === '' ? '' : `  # ${node.scope}`}`,
      )
    }
  }
  for (const [name, value] of Object.entries(outputs)) {
    lines.push(`output ${name} = ${names.get(value)}`)
  }
  return lines.join('\n')
}
