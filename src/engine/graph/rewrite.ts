/** Changes graphs node by node; what does not change is kept as it is. */

import { createGraph, type Graph } from './graph.js'
import { createNode, type Node, type Value } from './value.js'

/**
 * The outputs that take the place of a node's, or undefined to keep it. The inputs are those that the
 * node would have by now, in the place of `node.inputs`.
 */
export type Replacement = (node: Node, inputs: readonly Value[]) => readonly Value[] | undefined

/** The attributes of a node that an operation made, which carries its own. */
export const attributesOf = <Attributes extends object>(
  node: Node,
  { operation }: { readonly operation: object },
): Partial<Attributes> | undefined =>
  node.operation === operation ? (node.attributes as Attributes) : undefined

/** The same node with other inputs of the same types. */
export const withInputs = (node: Node, inputs: readonly Value[]): Node => {
  const { operation, attributes, scope, outputs } = node
  const types = outputs.map(({ type }) => type)
  return createNode({ operation, inputs, attributes, scope }, types)
}

/** The graph with nodes replaced, in the order in which they are computed. */
export const rewriteGraph = (graph: Graph, replace: Replacement): Graph => {
  const replaced = new Map<Value, Value>()
  const current = (value: Value): Value => replaced.get(value) ?? value
  for (const node of graph.nodes) {
    const inputs = node.inputs.map(current)
    const isMoved = node.inputs.some((value) => replaced.has(value))
    const outputs =
      replace(node, inputs) ?? (isMoved ? withInputs(node, inputs).outputs : undefined)
    outputs?.forEach((output, index) => {
      replaced.set(node.outputs[index]!, output)
    })
  }
  return createGraph(
    Object.fromEntries(
      Object.entries(graph.outputs).map(([name, value]) => [name, current(value)]),
    ),
  )
}
