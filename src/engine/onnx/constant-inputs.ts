/** Lets a graph have some of its inputs as constants, which need not be handed over at every run. */

import { constant, type Graph } from '../graph/graph.js'
import { rewriteGraph, withInputs } from '../graph/rewrite.js'
import type { Value } from '../graph/value.js'
import type { Tensor } from '../tensor/tensor.js'

/** The same graph with tensors in the place of the inputs of their names. */
export const fixInputs = (graph: Graph, tensors: ReadonlyMap<string, Tensor>): Graph => {
  const fixed = new Map<Value, Value>()
  for (const [name, value] of Object.entries(graph.inputs)) {
    const tensor = tensors.get(name)
    if (tensor !== undefined) fixed.set(value, constant(tensor))
  }
  if (fixed.size === 0) return graph
  return rewriteGraph(graph, (node, inputs) =>
    node.inputs.some((value) => fixed.has(value))
      ? withInputs(
          node,
          inputs.map((value) => fixed.get(value) ?? value),
        ).outputs
      : undefined,
  )
}
