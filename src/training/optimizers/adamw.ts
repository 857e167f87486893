import { add, div, mul, sqrt, sub } from '../../engine/operations/index.js'
import type { Shape } from '../../engine/tensor/shape.js'
import type { Optimizer } from './optimizer.js'

export interface AdamWOptions {
  readonly betas?: readonly [number, number]
  readonly epsilon?: number
  /** Applied to matrices and filters only; scales and biases are not drawn to zero. */
  readonly weightDecay?: number
}

/** Whether at least two axes are longer than 1; a bias may be written [channels, 1, 1]. */
const isDecayed = (shape: Shape): boolean => shape.filter((size) => size > 1).length >= 2

/** Adam with decoupled weight decay (Loshchilov & Hutter 2019). */
export const adamW = ({
  betas: [beta1, beta2] = [0.9, 0.95],
  epsilon = 1e-8,
  weightDecay = 0.1,
}: AdamWOptions = {}): Optimizer => ({
  state: () => ['mean', 'square'],
  scalars: (step, learningRate) => {
    // Both bias corrections are folded into the step size and epsilon (Kingma & Ba 2015, section 2).
    const squareCorrection = Math.sqrt(1 - beta2 ** step)
    return {
      stepSize: (learningRate * squareCorrection) / (1 - beta1 ** step),
      epsilon: epsilon * squareCorrection,
      keep: 1 - learningRate * weightDecay,
    }
  },
  update: ({ parameter, value, gradient, state, scalars }) => {
    const mean = add(mul(state.mean!, beta1), mul(gradient, 1 - beta1))
    const square = add(mul(state.square!, beta2), mul(mul(gradient, gradient), 1 - beta2))
    const change = mul(div(mean, add(sqrt(square), scalars.epsilon!)), scalars.stepSize!)
    const kept = isDecayed(parameter.shape) ? mul(value, scalars.keep!) : value
    return { value: sub(kept, change), state: { mean, square } }
  },
})
