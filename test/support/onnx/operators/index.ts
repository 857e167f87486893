/**
 * The operators of ONNX in the vocabulary of the engine: from a node's inputs and attributes to
 * the values that it should compute. What it cannot say, it refuses with a reason.
 */

import type { OnnxOperators } from '../node.js'
import { attentions } from './attention.js'
import { axes } from './axes.js'
import { elementwise } from './elementwise.js'
import { losses } from './losses.js'
import { norms } from './norms.js'
import { pictures } from './pictures.js'
import { places } from './places.js'
import { products } from './products.js'

export const onnxOperators: OnnxOperators = {
  ...elementwise,
  ...axes,
  ...products,
  ...attentions,
  ...pictures,
  ...norms,
  ...places,
  ...losses,
}

/** Operators that the vocabulary leaves out on purpose. */
export const leftOut: Readonly<Record<string, string>> = {
  Adagrad: 'optimizers are composed where training is',
  Adam: 'optimizers are composed where training is',
  CausalConvWithState: 'no state-space models',
  ConstantOfShape: 'shapes are known before a graph runs: fill',
  Einsum: 'matmul, transpose and sum say it',
  FlexAttention: 'a preview operator whose parts are graphs',
  GRU: 'no recurrent networks',
  GatherND: 'gather and gatherElements say it',
  LSTM: 'no recurrent networks',
  LinearAttention: 'no state-space models',
  Mod: 'nothing needs remainders',
  Momentum: 'optimizers are composed where training is',
  RNN: 'no recurrent networks',
  Range: 'shapes are known before a graph runs: a constant',
  ReduceProd: 'nothing needs products over axes',
  ScatterND: 'races when indices repeat: scatter',
  Shape: 'shapes are known before a graph runs',
  Size: 'shapes are known before a graph runs',
  TensorScatter: 'the runtime appends to its buffers',
}
