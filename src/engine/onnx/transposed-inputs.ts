/**
 * Lets a graph be fed with some of its matrices transposed. Products read them as they lie. A row
 * times a matrix takes as long as reading the matrix, and each thread computes some of the columns:
 * where rows are short and many it reads scattered pieces, of the transposed matrix one long piece.
 */

import { type Graph, input } from '../graph/graph.js'
import { attributesOf, rewriteGraph, withInputs } from '../graph/rewrite.js'
import type { Value } from '../graph/value.js'
import { matmul, transpose } from '../operations/index.js'
import type { MatrixProduct } from '../operations/primitive/matmul.js'
import { ofRank } from '../tensor/shape.js'

/** The same graph for transposed matrices; what is no product transposes them back. */
export const transposeInputs = (graph: Graph, names: ReadonlySet<string>): Graph => {
  const fed = new Map<Value, Value>()
  for (const [name, value] of Object.entries(graph.inputs)) {
    if (!names.has(name)) continue
    const [rows, columns] = ofRank(value.shape, 2)
    fed.set(value, input(name, { dtype: value.dtype, shape: [columns, rows] }))
  }
  if (fed.size === 0) return graph
  return rewriteGraph(graph, (node, inputs) => {
    const found = node.inputs.map((value) => fed.get(value))
    if (found.every((value) => value === undefined)) return undefined
    const [first, second] = found
    const product = attributesOf<MatrixProduct>(node, matmul)
    if (product !== undefined && first === undefined && second !== undefined) {
      const { transposeB = false, ...others } = product
      return [matmul(inputs[0]!, second, { ...others, transposeB: !transposeB })]
    }
    const back = inputs.map((value, place) => {
      const matrix = found[place]
      return matrix === undefined ? value : transpose(matrix, { axes: [1, 0] })
    })
    return withInputs(node, back).outputs
  })
}
