/** Tensors as nested lists of numbers, and back, for references in plain loops. */

import { createRandom } from '../../src/engine/tensor/random.js'
import { numbersOf, type Tensor, tensorOf } from '../../src/engine/tensor/tensor.js'

/** A matrix as its rows; the last axis of a tensor with more of them. */
export const rowsOf = (tensor: Tensor): number[][] => {
  const width = tensor.shape.at(-1)!
  const numbers = numbersOf(tensor)
  return Array.from({ length: numbers.length / width }, (_, row) =>
    numbers.slice(row * width, (row + 1) * width),
  )
}

/** A float32 tensor of random normal numbers. */
export const randomRows = (shape: readonly number[], seed = 1): Tensor => {
  const random = createRandom(seed, 'rows', ...shape)
  const size = shape.reduce((product, count) => product * count, 1)
  return tensorOf(
    'float32',
    Array.from({ length: size }, () => random.normal()),
    shape,
  )
}
