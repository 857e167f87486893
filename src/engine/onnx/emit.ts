/** Writes a graph as an ONNX model. How a node or a constant is written once is the emitter's. */

import { ShapeError } from '../../errors.js'
import { type FreeDimension, factorSize } from '../graph/free-dimension.js'
import { constantOf, type Graph, inputNameOf } from '../graph/graph.js'
import type { OnnxEmitter, OnnxForm } from '../graph/operation.js'
import type { Node, Value } from '../graph/value.js'
import { createEmitter } from './emitter.js'
import { foldFactors } from './fold-factors.js'
import { foldShapes } from './fold-shapes.js'
import { foldSums } from './fold-sums.js'
import { encodeModel, type OnnxNode, type OnnxType } from './messages.js'

/** The versions of the operator sets that emitted models ask for. */
export const operatorSets = { '': 21, 'com.microsoft': 1 } as const

export interface EmitOptions {
  /** Sizes that the model takes as they come; all are fixed when left out. */
  readonly dimensions?: readonly FreeDimension[]
}

/** The model of a graph as ONNX bytes. Throws ShapeError where an input of a free size is missing. */
export const emitOnnx = (
  graph: Graph,
  { dimensions = [] }: EmitOptions = {},
): Uint8Array<ArrayBuffer> => {
  const { inputs, outputs, nodes } = foldSums(foldFactors(foldShapes(graph)))
  checkDimensions(dimensions, inputs)
  const emitter = createEmitter([...Object.keys(inputs), ...Object.keys(outputs)], dimensions)
  const names = emitNodes(nodes, emitter.emit)
  return encodeModel({
    nodes: nameOutputs(emitter.nodes, outputs, names),
    initializers: emitter.initializers,
    inputs: typesOf(inputs, dimensions),
    outputs: typesOf(outputs, dimensions),
    operatorSets,
  })
}

type Values = Readonly<Record<string, Value>>

const checkDimensions = (dimensions: readonly FreeDimension[], inputs: Values): void => {
  for (const { name, input } of dimensions) {
    if (Object.hasOwn(inputs, input)) continue
    throw new ShapeError(
      `emit: the size ${name} comes from ${input}, which the graph does not read`,
    )
  }
}

/** Emits what nodes compute, each by the form of its operation → the names of their values. */
const emitNodes = (nodes: readonly Node[], emit: OnnxEmitter): ReadonlyMap<Value, string> => {
  const names = new Map<Value, string>()
  for (const node of nodes) {
    const found = namesOf(node, names, emit)
    node.outputs.forEach((value, index) => {
      names.set(value, found[index]!)
    })
  }
  return names
}

/** The names of a node's values: an input has its own, a constant and anything else are emitted. */
const namesOf = (
  { operation, inputs, attributes, outputs }: Node,
  names: ReadonlyMap<Value, string>,
  emit: OnnxEmitter,
): readonly string[] => {
  const inputName = inputNameOf(outputs[0]!)
  if (inputName !== undefined) return [inputName]
  const tensor = constantOf(outputs[0]!)
  if (tensor !== undefined) return [emit.constant(tensor)]
  const operands = inputs.map((value) => names.get(value)!)
  const { onnx } = operation
  const form: OnnxForm<never> = typeof onnx === 'string' ? () => emit.node(onnx, operands) : onnx
  const results = form(
    {
      inputs: operands,
      inputTypes: inputs.map(({ type }) => type),
      outputTypes: outputs.map(({ type }) => type),
      // A node carries attributes of its own operation.
      attributes: attributes as never,
    },
    emit,
  )
  return typeof results === 'string' ? [results] : results
}

/**
 * The emitted nodes with the names of the outputs. The node that computes an output takes on its
 * name; what is an input, a constant or an output already is passed on under the second name.
 */
const nameOutputs = (
  nodes: readonly OnnxNode[],
  outputs: Values,
  names: ReadonlyMap<Value, string>,
): OnnxNode[] => {
  const produced = new Set(nodes.flatMap((node) => node.outputs))
  const renamed = new Map<string, string>()
  const passedOn: OnnxNode[] = []
  for (const [name, value] of Object.entries(outputs)) {
    const current = names.get(value)!
    if (produced.has(current) && !renamed.has(current)) {
      renamed.set(current, name)
    } else {
      const node = { type: 'Identity', name: `output_${name}`, domain: '', attributes: {} }
      passedOn.push({ ...node, inputs: [current], outputs: [name] })
    }
  }
  const rename = (list: readonly string[]) => list.map((name) => renamed.get(name) ?? name)
  return [...nodes, ...passedOn].map((node) => ({
    ...node,
    inputs: rename(node.inputs),
    outputs: rename(node.outputs),
  }))
}

const typesOf = (values: Values, dimensions: readonly FreeDimension[]): Record<string, OnnxType> =>
  Object.fromEntries(
    Object.entries(values).map(([name, { dtype, shape }]) => [
      name,
      { dtype, shape: shape.map((size) => printSize(size, dimensions)) },
    ]),
  )

/** A size as the model writes it: a number, or the names of what is free in it, "batch * time". */
const printSize = (size: number, dimensions: readonly FreeDimension[]): number | string => {
  const { factor, free } = factorSize(size, dimensions)
  const names = free.map(({ name }) => name)
  if (names.length === 0) return size
  return (factor === 1 ? names : [factor, ...names]).join(' * ')
}
