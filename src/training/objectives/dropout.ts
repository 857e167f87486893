/** Activations that are dropped in training, others at each place and in each step. */

import { input } from '../../engine/graph/graph.js'
import type { Value } from '../../engine/graph/value.js'
import { dropout } from '../../engine/operations/index.js'
import { tensorOf } from '../../engine/tensor/tensor.js'
import type { Feeds } from '../trainer.js'

const seedName = 'dropout seed'

/** Drops a share of activations, others at each call and in each step; feeds: `dropoutFeeds`. */
export const createDrop = (rate: number) => {
  const seed = input(seedName, { dtype: 'int32', shape: [] })
  let site = 0
  return (x: Value) => dropout(x, seed, { rate, site: site++ })
}

/** What has to be fed at a step where a share of activations is dropped. */
export const dropoutFeeds = (shape: { readonly dropout?: number }, seed: number): Feeds =>
  (shape.dropout ?? 0) > 0 ? { [seedName]: tensorOf('int32', [seed | 0], []) } : {}
