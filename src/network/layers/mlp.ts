/** The position-wise half of a Transformer block, with a choice of activation. */

import type { Value } from '../../engine/graph/value.js'
import {
  add,
  gelu,
  geluTanh,
  matmul,
  mul,
  relu,
  silu,
  split,
  squaredRelu,
} from '../../engine/operations/index.js'
import { fanIn, zeros } from '../initializers.js'
import { type Parameter, parameter } from '../parameters.js'
import { defineLayer } from './layer.js'

/** What each element becomes; `swiglu` is apart, since it multiplies two halves. */
export const pointwise = { 'squared-relu': squaredRelu, relu, gelu, 'gelu-tanh': geluTanh } as const

export type Activation = keyof typeof pointwise | 'swiglu'

export const activations = [
  'squared-relu',
  'swiglu',
  'gelu',
  'gelu-tanh',
  'relu',
] as const satisfies readonly Activation[]

export interface MlpOptions {
  readonly width: number
  /** The inner size; 4 · width when left out, or 8/3 · width for the gated form: equal work. */
  readonly hidden?: number
  readonly activation?: Activation
  /** Whether something is added after each product. */
  readonly hasBias?: boolean
}

/** The multiple of 32 nearest to 8/3 · width, since kernels like whole vectors. */
const gatedHidden = (width: number): number => 32 * Math.max(1, Math.round((8 * width) / 3 / 32))

/** x + bias, where there is one. */
export const addBias = (x: Value, bias: Value | undefined): Value =>
  bias === undefined ? x : add(x, bias)

/**
 * Squared ReLU (So et al. 2021), SwiGLU (Shazeer 2020), GELU (Hendrycks & Gimpel 2016) or ReLU:
 * [rows, width] → [rows, width].
 */
export const mlp = ({
  width,
  activation = 'squared-relu',
  hidden = activation === 'swiglu' ? gatedHidden(width) : 4 * width,
  hasBias = false,
}: MlpOptions) => {
  const inner = activation === 'swiglu' ? 2 * hidden : hidden
  const biases: { inputBias?: Parameter; outputBias?: Parameter } = hasBias
    ? { inputBias: parameter([inner]), outputBias: parameter([width]) }
    : {}
  return defineLayer('mlp', {
    parameters: {
      input: parameter([width, inner], fanIn()),
      output: parameter([hidden, width], zeros),
      ...biases,
    },
    apply: ({ input, output, inputBias, outputBias }, x: Value) => {
      const projected = addBias(matmul(x, input), inputBias)
      if (activation !== 'swiglu') {
        return addBias(matmul(pointwise[activation](projected), output), outputBias)
      }
      const [gate, content] = split(projected, { axis: 1, sizes: [hidden, hidden] })
      return addBias(matmul(mul(silu(gate), content), output), outputBias)
    },
  })
}
