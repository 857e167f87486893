/**
 * Lets operations take on constant factors of their results: a product of matrices that is used
 * only to be multiplied by a number costs nothing more when the kernel multiplies by it.
 */

import { constantOf, createGraph, type Graph } from '../graph/graph.js'
import type { AnyOperation } from '../graph/operation.js'
import { createNode, type Node, type Value } from '../graph/value.js'
import { mul } from '../operations/index.js'
import { sizeOf } from '../tensor/shape.js'
import { numbersOf } from '../tensor/tensor.js'

const product: AnyOperation = mul.operation

/** The value and the number of a product of the two, in either order. */
const factorOf = ({ operation, inputs }: Node): { value: Value; factor: number } | undefined => {
  if (operation !== product) return undefined
  for (const [value, other] of [inputs, inputs.toReversed()]) {
    const tensor = constantOf(other!)
    if (tensor !== undefined && sizeOf(tensor.shape) === 1 && other!.shape.length === 0) {
      return { value: value!, factor: numbersOf(tensor)[0]! }
    }
  }
  return undefined
}

/** The same graph with constant factors taken on by the operations that can. */
export const foldFactors = (graph: Graph): Graph => {
  const uses = new Map<Value, number>()
  const count = (value: Value) => uses.set(value, (uses.get(value) ?? 0) + 1)
  for (const { inputs } of graph.nodes) inputs.forEach(count)
  Object.values(graph.outputs).forEach(count)

  const replaced = new Map<Value, Value>()
  const current = (value: Value): Value => replaced.get(value) ?? value
  const replace = (node: Node, by: Node) =>
    node.outputs.forEach((output, index) => {
      replaced.set(output, by.outputs[index]!)
    })
  for (const node of graph.nodes) {
    const found = factorOf(node)
    const producer = found && current(found.value).node
    if (found && producer!.operation.scaled !== undefined && uses.get(found.value) === 1) {
      const { operation, inputs, scope, outputs } = producer!
      // A node carries attributes of its own operation.
      const attributes = operation.scaled!(producer!.attributes as never, found.factor)
      const types = outputs.map(({ type }) => type)
      replace(node, createNode({ operation, inputs, attributes, scope }, types))
    } else if (node.inputs.some((value) => replaced.has(value))) {
      const { operation, attributes, scope, outputs } = node
      const inputs = node.inputs.map(current)
      const types = outputs.map(({ type }) => type)
      replace(node, createNode({ operation, inputs, attributes, scope }, types))
    }
  }
  return createGraph(
    Object.fromEntries(
      Object.entries(graph.outputs).map(([name, value]) => [name, current(value)]),
    ),
  )
}
