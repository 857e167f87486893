/** The engine: tensors, graphs, operations, gradients, and the runtimes that execute them. */

export { gradients } from './autodiff/gradient.js'
export { type FreeDimension, standInsFor } from './graph/free-dimension.js'
export { constant, createGraph, type Graph, input, printGraph, trace } from './graph/graph.js'
export type {
  GradientRule,
  OnnxEmitter,
  OnnxForm,
  Operation,
} from './graph/operation.js'
export { withScope } from './graph/scope.js'
export type { Node, Value } from './graph/value.js'
export { emitOnnx } from './onnx/emit.js'
export type { QuantizedInputs } from './onnx/quantized-inputs.js'
export {
  defineOperation,
  defineOperationWithOutputs,
  type Operand,
  type Primitive,
} from './operations/define.js'
export * as operations from './operations/index.js'
export { withQuantizedInputs } from './runtime/rewriting-runtime.js'
export type {
  Append,
  Buffers,
  Device,
  Program,
  ProgramOptions,
  RunOptions,
  Runtime,
  RuntimeOptions,
  Tensors,
} from './runtime/runtime.js'
export type { ArrayOf, DType } from './tensor/dtype.js'
export type { QuantizedInput, QuantizedMatrix } from './tensor/quantized.js'
export { createRandom, hashOf, type Random } from './tensor/random.js'
export type { Shape } from './tensor/shape.js'
export {
  createTensor,
  numbersOf,
  type Tensor,
  type TensorType,
  tensorOf,
  zeroTensor,
} from './tensor/tensor.js'
