/**
 * The order of examples in an epoch, computed place by place: a permutation that needs no memory
 * and can be entered anywhere. A Feistel network over the next power of four, walked until it lands
 * inside (Black and Rogaway 2002, "Ciphers with arbitrary finite domains").
 */

import { hashOf } from '../../engine/tensor/random.js'
import { DataError } from '../../errors.js'

/** The example at a place of an epoch; places and examples are 0 up to but not including count. */
export type Order = (place: number) => number

const rounds = 4

/** The order of `count` examples, at most 2^30, in an epoch. Throws DataError for none. */
export const createOrder = (count: number, seed: number, epoch: number): Order => {
  if (count < 1) throw new DataError('order: there are no examples; check the data source')
  const halfBits = Math.max(1, Math.ceil(Math.log2(Math.max(count, 2)) / 2))
  const mask = 2 ** halfBits - 1
  const keys = Array.from({ length: rounds }, (_, round) => hashOf(seed, 'order', epoch, round))
  const permute = (place: number): number => {
    let left = place >>> halfBits
    let right = place & mask
    for (const key of keys) {
      const mixed = left ^ (hashOf(key, right) & mask)
      left = right
      right = mixed
    }
    return left * 2 ** halfBits + right
  }
  return (place) => {
    let index = permute(place)
    while (index >= count) index = permute(index)
    return index
  }
}
