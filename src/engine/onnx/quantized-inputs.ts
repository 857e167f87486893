/**
 * Lets a graph compute with quantized matrices in the place of some of its inputs. They become
 * constants of the graph: the kernels lay constants out for themselves, and are slow without.
 */

import { constant, type Graph } from '../graph/graph.js'
import { attributesOf, rewriteGraph, withInputs } from '../graph/rewrite.js'
import type { Node, Value } from '../graph/value.js'
import {
  gather,
  gatherQuantized,
  matmul,
  matmulQuantized,
  mul,
  slice,
} from '../operations/index.js'
import type { MatrixProduct } from '../operations/primitive/matmul.js'
import { type QuantizedInput, sliceRows, widenInput } from '../tensor/quantized.js'

/** The quantized matrices that stand for inputs, by the inputs' names. */
export type QuantizedInputs = ReadonlyMap<string, QuantizedInput>

const leaves = ({ matrix: { codes, scales, bits, columns } }: QuantizedInput) => ({
  codes: constant(codes),
  scales: constant(scales),
  attributes: { bits, columns },
})

/** x times a matrix, or its transpose, where the matrix has its rows along the result. */
const multiply = (node: Node, [x]: readonly Value[], by: QuantizedInput): Value | undefined => {
  const found = attributesOf<MatrixProduct>(node, matmul)
  if (found === undefined || found.transposeA === true) return undefined
  if ((found.transposeB ?? false) === by.isTransposed) return undefined
  const { codes, scales, attributes } = leaves(by)
  const product = matmulQuantized(x!, codes, scales, attributes)
  return (found.scale ?? 1) === 1 ? product : mul(product, found.scale!)
}

/** Rows of a table. */
const pick = (node: Node, [, ids]: readonly Value[], from: QuantizedInput): Value | undefined => {
  const found = attributesOf<{ axis: number }>(node, gather)
  const { columns, blockSize } = from.matrix
  if (found === undefined || (found.axis ?? 0) !== 0) return undefined
  if (from.isTransposed || columns % blockSize !== 0) return undefined
  const { codes, scales, attributes } = leaves(from)
  return gatherQuantized(ids!, codes, scales, attributes)
}

/** A range of rows, which is a quantized matrix of its own. */
const cut = (node: Node, from: QuantizedInput): QuantizedInput | undefined => {
  const found = attributesOf<{ axis: number; step: number; start: number }>(node, slice)
  if (found === undefined || from.isTransposed || found.axis !== 0 || (found.step ?? 1) !== 1) {
    return undefined
  }
  const { rows } = from.matrix
  const start = found.start ?? 0
  const first = Math.min(start < 0 ? start + rows : start, rows)
  const matrix = sliceRows(from.matrix, first, first + node.outputs[0]!.shape[0]!)
  return { matrix, isTransposed: false }
}

/**
 * The same graph with quantized matrices for inputs. Products with a matrix and rows picked out of
 * one use it as it is; whatever else reads it gets it in float32.
 */
export const quantizeInputs = (graph: Graph, quantized: QuantizedInputs): Graph => {
  if (quantized.size === 0) return graph
  const known = new Map<Value, QuantizedInput>()
  const wide = new Map<Value, Value>()
  for (const [name, value] of Object.entries(graph.inputs)) {
    const found = quantized.get(name)
    if (found !== undefined) known.set(value, found)
  }
  const widened = (value: Value): Value => {
    const constantValue = wide.get(value) ?? constant(widenInput(known.get(value)!))
    wide.set(value, constantValue)
    return constantValue
  }
  return rewriteGraph(graph, (node, inputs) => {
    const places = node.inputs.flatMap((value, place) => (known.has(value) ? [place] : []))
    const [place] = places
    if (place === undefined) return undefined
    const found = known.get(node.inputs[place]!)!
    if (places.length === 1 && place === 0) {
      const part = cut(node, found)
      if (part !== undefined) {
        known.set(node.outputs[0]!, part)
        return undefined
      }
    }
    const result =
      places.length > 1 || place > 1
        ? undefined
        : place === 1
          ? multiply(node, inputs, found)
          : pick(node, inputs, found)
    if (result !== undefined) return [result]
    return withInputs(
      node,
      inputs.map((value, index) => (places.includes(index) ? widened(node.inputs[index]!) : value)),
    ).outputs
  })
}
