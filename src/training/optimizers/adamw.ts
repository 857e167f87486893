import { z } from 'zod'
import { add, div, mul, sqrt, sub } from '../../engine/operations/index.js'
import type { Shape } from '../../engine/tensor/shape.js'
import { defineOptimizer } from './optimizer.js'

const decay = z.number().min(0).lt(1)

/** Added to the roots of the squares, which may be 0. */
const epsilon = 1e-8

/** Whether at least two axes are longer than 1; a bias may be written [channels, 1, 1]. */
const isDecayed = (shape: Shape): boolean => shape.filter((size) => size > 1).length >= 2

/**
 * Adam with decoupled weight decay (Loshchilov & Hutter 2019). The averages are kept as the sums
 * Σ βⁱ g and Σ βⁱ g², without their factors 1 - β: these and the bias corrections are folded into
 * the step size and epsilon, which spares passes over all parameters.
 */
export const adamW = defineOptimizer({
  kind: 'adamw',
  summary: 'Adam with decoupled weight decay',
  options: z.strictObject({
    betas: z
      .tuple([decay, decay])
      .default([0.9, 0.95])
      .describe('how much of the averages of gradients and of their squares is kept'),
    // Of matrices and filters only; scales and biases are not drawn to zero.
    weightDecay: z
      .number()
      .min(0)
      .max(1)
      .default(0.1)
      .describe('how strongly matrices are drawn to zero, times the learning rate'),
  }),
  create: ({ betas: [beta1, beta2], weightDecay }) => ({
    state: () => ['sum', 'squares'],
    scalars: (step, learningRate) => {
      // The corrected averages are sum · (1 - β₁) / (1 - β₁ᵗ) and squares · (1 - β₂) / (1 - β₂ᵗ).
      const meanFactor = (1 - beta1) / (1 - beta1 ** step)
      const rootFactor = Math.sqrt((1 - beta2) / (1 - beta2 ** step))
      return {
        stepSize: (learningRate * meanFactor) / rootFactor,
        epsilon: epsilon / rootFactor,
        keep: 1 - learningRate * weightDecay,
      }
    },
    update: ({ parameter, value, gradient, state, scalars }) => {
      const sum = add(mul(state.sum!, beta1), gradient)
      const squares = add(mul(state.squares!, beta2), mul(gradient, gradient))
      const change = mul(div(sum, add(sqrt(squares), scalars.epsilon!)), scalars.stepSize!)
      const kept = isDecayed(parameter.shape) ? mul(value, scalars.keep!) : value
      return { value: sub(kept, change), state: { sum, squares } }
    },
  }),
})
