/**
 * Lets operations take on constant factors of their results: a product of matrices that is used
 * only to be multiplied by a number costs nothing more when the kernel multiplies by it.
 */

import { constantOf, type Graph } from '../graph/graph.js'
import type { AnyOperation } from '../graph/operation.js'
import { rewriteGraph } from '../graph/rewrite.js'
import { createNode, type Node, type Value } from '../graph/value.js'
import { mul } from '../operations/index.js'
import { sizeOf } from '../tensor/shape.js'
import { numbersOf } from '../tensor/tensor.js'

const product: AnyOperation = mul.operation

/** Which input of a product is multiplied by a number, and by which. */
const factorOf = ({ operation, inputs }: Node): { place: number; factor: number } | undefined => {
  if (operation !== product) return undefined
  for (const place of [0, 1]) {
    const other = inputs[1 - place]!
    const tensor = constantOf(other)
    if (tensor !== undefined && sizeOf(tensor.shape) === 1 && other.shape.length === 0) {
      return { place, factor: numbersOf(tensor)[0]! }
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

  return rewriteGraph(graph, (node, inputs) => {
    const found = factorOf(node)
    if (found === undefined || uses.get(node.inputs[found.place]!) !== 1) return undefined
    const { operation, attributes, scope, outputs, inputs: operands } = inputs[found.place]!.node
    if (operation.scaled === undefined) return undefined
    // A node carries attributes of its own operation.
    const scaled = operation.scaled(attributes as never, found.factor)
    const types = outputs.map(({ type }) => type)
    return createNode({ operation, inputs: operands, attributes: scaled, scope }, types).outputs
  })
}
