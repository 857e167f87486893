/**
 * Low-rank adapters beside matrices that stand still (Hu et al. 2022): W + strength / rank · down ·
 * up, where the second factor starts at zero.
 */

import { ofRank } from '../engine/tensor/shape.js'
import { createTensor, type Tensor } from '../engine/tensor/tensor.js'

export interface AdapterOptions {
  readonly rank: number
  readonly strength: number
}

/** The names of the two factors beside a parameter: [rows, rank] and [rank, columns]. */
export const adapterNames = (name: string) => ({
  down: `adapter.down/${name}`,
  up: `adapter.up/${name}`,
})

/** Whether a tensor is a factor of an adapter. */
export const isAdapterName = (name: string): boolean => /^adapter\.(down|up)\//.test(name)

/** The number that the product of the factors is multiplied by. */
export const adapterFactor = ({ rank, strength }: AdapterOptions): number => strength / rank

/** A matrix with its adapter added. */
export const mergeAdapter = (
  matrix: Tensor<'float32'>,
  { down, up }: { readonly down: Tensor<'float32'>; readonly up: Tensor<'float32'> },
  options: AdapterOptions,
): Tensor<'float32'> => {
  const [rows, columns] = ofRank(matrix.shape, 2)
  const { rank } = options
  const factor = adapterFactor(options)
  const weights = Float32Array.from(matrix.data)
  for (let row = 0; row < rows; row++) {
    for (let inner = 0; inner < rank; inner++) {
      const scale = factor * down.data[row * rank + inner]!
      for (let column = 0; column < columns; column++) {
        const place = row * columns + column
        weights[place] = weights[place]! + scale * up.data[inner * columns + column]!
      }
    }
  }
  return createTensor('float32', matrix.shape, weights)
}
