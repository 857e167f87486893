import { type QuantizedInputs, quantizeInputs } from '../onnx/quantized-inputs.js'
import type { Runtime } from './runtime.js'

/**
 * The same runtime for graphs of which some inputs are quantized matrices, which are then no longer
 * fed. Each program holds the matrices that it reads.
 */
export const withQuantizedInputs = (runtime: Runtime, quantized: QuantizedInputs): Runtime => ({
  ...runtime,
  createProgram: (graph, options) =>
    runtime.createProgram(quantizeInputs(graph, quantized), options),
})
