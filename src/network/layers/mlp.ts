/** The position-wise half of a Transformer block, with a choice of activation. */

import type { Value } from '../../engine/graph/value.js'
import { matmul, mul, silu, split, squaredRelu } from '../../engine/operations/index.js'
import { fanIn, zeros } from '../initializers.js'
import { parameter } from '../parameters.js'
import { defineLayer } from './layer.js'

export type Activation = 'squared-relu' | 'swiglu'

export interface MlpOptions {
  readonly width: number
  /** The inner size; 4 · width when left out, or 8/3 · width for the gated form: equal work. */
  readonly hidden?: number
  readonly activation?: Activation
}

/** The multiple of 32 nearest to 8/3 · width, since kernels like whole vectors. */
const gatedHidden = (width: number): number => 32 * Math.max(1, Math.round((8 * width) / 3 / 32))

/** Squared ReLU (So et al. 2021) or SwiGLU (Shazeer 2020): [rows, width] → the same. */
export const mlp = ({
  width,
  activation = 'squared-relu',
  hidden = activation === 'swiglu' ? gatedHidden(width) : 4 * width,
}: MlpOptions) =>
  defineLayer('mlp', {
    parameters: {
      input: parameter([width, activation === 'swiglu' ? 2 * hidden : hidden], fanIn()),
      output: parameter([hidden, width], zeros),
    },
    apply: ({ input, output }, x: Value) => {
      const inner = matmul(x, input)
      if (activation === 'squared-relu') return matmul(squaredRelu(inner), output)
      const [gate, content] = split(inner, { axis: 1, sizes: [hidden, hidden] }) as [Value, Value]
      return matmul(mul(silu(gate), content), output)
    },
  })
