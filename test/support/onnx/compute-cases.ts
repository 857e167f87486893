/** Computes node cases of ONNX with the engine, one by one or many in one program. */

import { gradients } from '../../../src/engine/autodiff/gradient.js'
import { createGraph, input } from '../../../src/engine/graph/graph.js'
import type { Value } from '../../../src/engine/graph/value.js'
import type { Runtime } from '../../../src/engine/runtime/runtime.js'
import type { Tensor } from '../../../src/engine/tensor/tensor.js'
import { compareResults } from '../check-gradient.js'
import { decodeTensor, type OnnxCase } from './cases.js'
import { readAttributes, refuse } from './node.js'
import { onnxOperators } from './operators/index.js'

export const operatorsOf = ({ nodes }: OnnxCase) => nodes.map(({ op }) => op)

/** Whether the engine has a counterpart of each operator in a case. */
export const isCovered = (single: OnnxCase) =>
  operatorsOf(single).every((op) => op === 'Gradient' || op in onnxOperators)

const takenTensor = (encoded: OnnxCase['inputs'][number]): Tensor =>
  decodeTensor(encoded) ?? refuse(`${encoded.dtype} is no dtype of the engine`)

/** A case as the engine says it; names of outputs and of what is fed start with the case's own. */
interface BuiltCase {
  readonly outputs: Readonly<Record<string, Value>>
  readonly feeds: Readonly<Record<string, Tensor>>
  /** What the outputs should be. */
  readonly expected: Readonly<Record<string, Tensor>>
}

/** Throws Unsupported when the engine cannot say the case. */
export const buildCase = (single: OnnxCase): BuiltCase => {
  const { nodes, inputs, initializers } = single
  const wanted = single.outputs.map((encoded) => [encoded.name, takenTensor(encoded)] as const)
  const tensors = Object.fromEntries(
    [...inputs, ...initializers].map((encoded) => [encoded.name, takenTensor(encoded)]),
  )
  const fedName = (name: string) => `${single.case}: ${name}`
  const values: Record<string, Value> = {}
  for (const [name, tensor] of Object.entries(tensors)) values[name] = input(fedName(name), tensor)
  for (const { op, inputs: names, outputs, attrs } of nodes) {
    const results =
      op === 'Gradient'
        ? gradients(
            values[String(attrs.y)]!,
            names.map((name) => values[name]!),
          )
        : onnxOperators[op]!(
            names.map((name) =>
              name === '' ? undefined : { value: values[name]!, tensor: tensors[name]! },
            ),
            readAttributes(attrs),
            outputs.length,
          )
    const list = Array.isArray(results) ? results : [results]
    outputs.forEach((name, index) => {
      if (list[index] !== undefined) values[name] = list[index]
    })
  }
  // A result that is an input passes on under another name; fetch it as it is.
  const outputName = (name: string) => `${single.case}: result ${name}`
  const found = wanted.filter(([name]) => values[name] !== undefined)
  const outputs = Object.fromEntries(found.map(([name]) => [outputName(name), values[name]!]))
  const graph = createGraph(outputs)
  for (const { shape } of [...Object.values(graph.inputs), ...Object.values(outputs)]) {
    if (shape.includes(0)) refuse('a tensor has at least one element')
  }
  const isRead = ([name]: readonly [string, Tensor]) => fedName(name) in graph.inputs
  return {
    outputs,
    feeds: Object.fromEntries(
      Object.entries(tensors)
        .filter(isRead)
        .map(([name, tensor]) => [fedName(name), tensor]),
    ),
    expected: Object.fromEntries(found.map(([name, tensor]) => [outputName(name), tensor])),
  }
}

/** The results of cases by the names of their outputs, all in one program. */
export const computeCases = async (
  runtime: Runtime,
  cases: readonly BuiltCase[],
): Promise<Record<string, Tensor>> => {
  const program = await runtime.createProgram(
    createGraph(Object.assign({}, ...cases.map(({ outputs }) => outputs))),
  )
  try {
    return await program.run(Object.assign({}, ...cases.map(({ feeds }) => feeds)))
  } finally {
    await program.close()
  }
}

/** Throws when results, of this case or of more, differ from what the case expects. */
export const checkCase = (
  results: Readonly<Record<string, Tensor>>,
  { expected }: BuiltCase,
  tolerance = { absolute: 1e-6, relative: 1e-4 },
): void => {
  for (const [name, tensor] of Object.entries(expected)) {
    const found = results[name]!
    const [type, wanted] = [found, tensor].map(({ dtype, shape }) => `${dtype} [${shape}]`)
    if (type !== wanted) throw new Error(`the ${name} is ${type} instead of ${wanted}`)
    compareResults({ [name]: found }, { [name]: tensor }, tolerance)
  }
}
