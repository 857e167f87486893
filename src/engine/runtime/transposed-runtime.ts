import { transposeInputs } from '../onnx/transposed-inputs.js'
import type { Runtime } from './runtime.js'

/** The same runtime for graphs of which some inputs are fed transposed, by their names. */
export const withTransposedInputs = (runtime: Runtime, names: ReadonlySet<string>): Runtime => ({
  ...runtime,
  createProgram: (graph, options) => runtime.createProgram(transposeInputs(graph, names), options),
})
