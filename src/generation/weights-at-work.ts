/** How the weights of a trained network and the runtime that computes with them suit each other. */

import {
  withConstantInputs,
  withQuantizedInputs,
  withTransposedInputs,
} from '../engine/runtime/rewriting-runtime.js'
import type { Runtime, Tensors } from '../engine/runtime/runtime.js'
import { ofDtype, type Tensor, transposeMatrix } from '../engine/tensor/tensor.js'
import { roleOf } from '../network/models/parameter-role.js'
import type { Weights } from '../storage/weights.js'

/**
 * How many times more rows than columns a matrix has that is faster read transposed, when one row is
 * multiplied with it; measured.
 */
const tall = 2

/** Whether a parameter is a tall matrix of products; rows of tables are picked out as they lie. */
const isTall = (name: string, { dtype, shape }: Tensor): boolean => {
  const [rows = 0, columns = 0] = shape
  const isProduct = roleOf(name) === 'block' && shape.length === 2
  return isProduct && dtype === 'float32' && rows >= tall * columns
}

/**
 * The tensors that are to be fed, and the runtime for graphs of the network: quantized matrices and
 * vectors become constants of its programs, tall matrices are fed transposed. Handing over an input
 * takes some 4 µs, and there are four vectors in a block.
 */
export const weightsAtWork = (
  runtime: Runtime,
  { tensors, quantized }: Weights,
): { readonly runtime: Runtime; readonly tensors: Tensors } => {
  const names = new Set(Object.keys(tensors).filter((name) => isTall(name, tensors[name]!)))
  const fed: Record<string, Tensor> = {}
  const vectors = new Map<string, Tensor>()
  for (const [name, tensor] of Object.entries(tensors)) {
    if (tensor.shape.length === 1) vectors.set(name, tensor)
    else fed[name] = names.has(name) ? transposeMatrix(ofDtype(tensor, 'float32')) : tensor
  }
  const rewriting = withTransposedInputs(withQuantizedInputs(runtime, quantized), names)
  return { runtime: withConstantInputs(rewriting, vectors), tensors: fed }
}
