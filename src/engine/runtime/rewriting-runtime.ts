/** Runtimes for graphs of which some inputs are not fed as the graphs have them. */

import type { Graph } from '../graph/graph.js'
import { fixInputs } from '../onnx/constant-inputs.js'
import { type QuantizedInputs, quantizeInputs } from '../onnx/quantized-inputs.js'
import { transposeInputs } from '../onnx/transposed-inputs.js'
import type { Tensor } from '../tensor/tensor.js'
import type { Runtime } from './runtime.js'

const withRewriting = (runtime: Runtime, rewrite: (graph: Graph) => Graph): Runtime => ({
  ...runtime,
  createProgram: (graph, options) => runtime.createProgram(rewrite(graph), options),
})

/**
 * The same runtime for graphs of which some inputs are quantized matrices, which are then no longer
 * fed. Each program holds the matrices that it reads.
 */
export const withQuantizedInputs = (runtime: Runtime, quantized: QuantizedInputs): Runtime =>
  withRewriting(runtime, (graph) => quantizeInputs(graph, quantized))

/** The same runtime for graphs of which some inputs are fed transposed, by their names. */
export const withTransposedInputs = (runtime: Runtime, names: ReadonlySet<string>): Runtime =>
  withRewriting(runtime, (graph) => transposeInputs(graph, names))

/** The same runtime for graphs of which some inputs never change, by their names. */
export const withConstantInputs = (
  runtime: Runtime,
  tensors: ReadonlyMap<string, Tensor>,
): Runtime => withRewriting(runtime, (graph) => fixInputs(graph, tensors))
