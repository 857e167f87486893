/**
 * Lets a norm take on the sum that it is of, which other layers read as well: between two layers with
 * residuals one kernel does the work of two, in one pass over the rows.
 */

import type { Graph } from '../graph/graph.js'
import { attributesOf, rewriteGraph } from '../graph/rewrite.js'
import type { Node, Value } from '../graph/value.js'
import { add, addRmsNorm, rmsNorm } from '../operations/index.js'
import { isSameShape } from '../tensor/shape.js'

/** Whether a node adds rows, without broadcasting. */
const isSumOfRows = ({ operation, inputs, outputs: [sum] }: Node): boolean =>
  operation === (add.operation as object) &&
  sum!.dtype === 'float32' &&
  sum!.shape.length === 2 &&
  inputs.every(({ shape }) => isSameShape(shape, sum!.shape))

/** The same graph with sums and their norms in one. */
export const foldSums = (graph: Graph): Graph => {
  const norms = new Map<Value, Node>()
  for (const node of graph.nodes) {
    if (node.operation !== (rmsNorm.operation as object)) continue
    const [x, scale] = node.inputs
    // The scale has to be there before the sum is.
    const isReady = scale!.node.inputs.length === 0
    if (isReady && isSumOfRows(x!.node) && !norms.has(x!)) norms.set(x!, node)
  }
  const normalized = new Map<Node, Value>()
  return rewriteGraph(graph, (node, inputs) => {
    const own = normalized.get(node)
    if (own !== undefined) return [own]
    const norm = norms.get(node.outputs[0]!)
    if (norm === undefined) return undefined
    const attributes = attributesOf<{ epsilon?: number }>(norm, rmsNorm)!
    const [result, sum] = addRmsNorm(inputs[0]!, inputs[1]!, norm.inputs[1]!, attributes)
    normalized.set(norm, result)
    return [sum]
  })
}
