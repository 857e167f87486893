/**
 * Leaves out operations that move nothing in memory: a reshaping to the same shape, one of another
 * one, and a transposition that moves only axes of size 1, as of heads where there is one token. A
 * step of a decoder has so many small operations that each of them shows.
 */

import { type Graph, inputNameOf } from '../graph/graph.js'
import { attributesOf, rewriteGraph } from '../graph/rewrite.js'
import type { Value } from '../graph/value.js'
import { reshape, transpose } from '../operations/index.js'
import { isSameShape } from '../tensor/shape.js'

/** Whether a transposition leaves the elements of x in their order. */
const keepsOrder = (axes: readonly number[], { shape }: Value): boolean => {
  const moved = axes.filter((axis) => shape[axis] !== 1)
  return moved.every((axis, place) => place === 0 || moved[place - 1]! < axis)
}

/** The same graph with as few reshapings as its values need. */
export const foldShapes = (graph: Graph): Graph => {
  const outputs = new Set(Object.values(graph.outputs))
  return rewriteGraph(graph, (node, [x]) => {
    if (x === undefined) return undefined
    const isReshaping = node.operation === reshape.operation
    const { axes } = attributesOf<{ axes: readonly number[] }>(node, transpose) ?? {}
    if (!isReshaping && (axes === undefined || !keepsOrder(axes, x))) return undefined
    const result = node.outputs[0]!
    const source = x.node.operation === reshape.operation ? x.node.inputs[0]! : x
    // An input cannot be an output as well.
    const isNeeded = outputs.has(result) && inputNameOf(source) !== undefined
    if (isSameShape(source.shape, result.shape) && !isNeeded) return [source]
    if (isReshaping && source === node.inputs[0]) return undefined
    return [reshape(source, { shape: result.shape })]
  })
}
