/**
 * A computation as a graph of nodes: each node applies an operation to values and yields values.
 * Nodes are immutable and refer only to earlier ones, so a graph is whatever its outputs reach.
 */

import type { DType } from '../tensor/dtype.js'
import type { Shape } from '../tensor/shape.js'
import type { TensorType } from '../tensor/tensor.js'
import type { AnyOperation } from './operation.js'

/** One result of a node: a tensor that is known by type before it is computed. */
export interface Value {
  readonly node: Node
  /** Which of the node's outputs this is. */
  readonly index: number
  readonly type: TensorType
  readonly shape: Shape
  readonly dtype: DType
}

/** One application of an operation. */
export interface Node {
  readonly operation: AnyOperation
  readonly inputs: readonly Value[]
  readonly attributes: object
  readonly outputs: readonly Value[]
  /** Where in the model the node was made, such as `layers.3.attention`; may be empty. */
  readonly scope: string
}

export const isValue = (candidate: unknown): candidate is Value =>
  typeof candidate === 'object' && candidate !== null && 'node' in candidate && 'index' in candidate

/** Creates a node whose outputs have the given types. Operations call it; nothing else needs to. */
export const createNode = (
  node: Omit<Node, 'outputs'>,
  outputTypes: readonly TensorType[],
): Node => {
  const outputs: Value[] = []
  const created: Node = { ...node, outputs }
  outputTypes.forEach((type, index) => {
    outputs.push({ node: created, index, type, shape: type.shape, dtype: type.dtype })
  })
  return created
}

/** Every node that the values depend on, each after the nodes it reads. */
export const nodesInOrder = (values: Iterable<Value>): Node[] => {
  const order: Node[] = []
  const state = new Map<Node, 'open' | 'done'>()
  // An explicit stack: a training step is deeper than the call stack allows.
  const stack: Node[] = Array.from(values, ({ node }) => node).reverse()
  while (stack.length > 0) {
    const node = stack[stack.length - 1]!
    const seen = state.get(node)
    if (seen === undefined) {
      state.set(node, 'open')
      for (let index = node.inputs.length - 1; index >= 0; index--) {
        const producer = node.inputs[index]!.node
        if (!state.has(producer)) stack.push(producer)
      }
    } else {
      stack.pop()
      if (seen === 'open') {
        state.set(node, 'done')
        order.push(node)
      }
    }
  }
  return order
}
