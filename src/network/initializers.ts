/** First values of parameters. */

import { createRandom } from '../engine/tensor/random.js'
import { type Shape, sizeOf } from '../engine/tensor/shape.js'

/** First values for a shape; they depend on the seed and the parameter's name alone. */
export type Initializer = (
  shape: Shape,
  origin: { readonly seed: number; readonly name: string },
) => Float32Array

export const zeros: Initializer = (shape) => new Float32Array(sizeOf(shape))

export const ones: Initializer = (shape) => new Float32Array(sizeOf(shape)).fill(1)

/** Normally distributed with mean 0. */
export const normal =
  (deviation: number): Initializer =>
  (shape, { seed, name }) => {
    const random = createRandom(seed, 'initialize', name)
    return Float32Array.from({ length: sizeOf(shape) }, () => random.normal() * deviation)
  }

/**
 * Normally distributed with deviation gain / √(input size), which keeps the size of activations
 * (LeCun et al. 1998). The first axis of [inputs, outputs] is the input's; the others of a
 * convolution's [outputs, inputs, height, width].
 */
export const fanIn =
  (gain = 1): Initializer =>
  (shape, origin) => {
    const inputs = shape.length === 4 ? sizeOf(shape.slice(1)) : shape[0]!
    return normal(gain / Math.sqrt(inputs))(shape, origin)
  }
