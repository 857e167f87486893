/**
 * Attention of new tokens to a cache of earlier ones and to themselves. The cache is only read, so a
 * decoder never copies it: it fetches the new keys and values, a few kilobytes, and writes them in.
 */

import type { Value } from '../../engine/graph/value.js'
import { add, concat, matmul, reshape, softmax, split } from '../../engine/operations/index.js'
import type { KeysAndValues } from './attention.js'

/**
 * Queries [batch, heads, 1, width] of one new token each, its own keys and values [batch, groups, 1,
 * width], those of the cache [batch, groups, capacity, width], and a mask [batch, 1, 1, capacity]
 * that is added to the scores of the cache → [batch, heads, 1, width].
 */
export const cachedAttention = (
  queries: Value,
  fresh: KeysAndValues,
  cache: KeysAndValues,
  mask: Value,
): Value => {
  const [batch, heads, , width] = queries.shape as [number, number, number, number]
  const [, groups, capacity] = cache.keys.shape as [number, number, number, number]
  // The queries that share keys become rows of one product.
  const grouped = reshape(queries, { shape: [batch, groups, heads / groups, width] })
  const product = { transposeB: true, scale: 1 / Math.sqrt(width) }
  const earlier = add(matmul(grouped, cache.keys, product), mask)
  const own = matmul(grouped, fresh.keys, product)
  const [toCache, toSelf] = split(softmax(concat(earlier, own, { axis: 3 })), {
    axis: 3,
    sizes: [capacity, 1],
  }) as [Value, Value]
  const attended = add(matmul(toCache, cache.values), matmul(toSelf, fresh.values))
  return reshape(attended, { shape: [batch, heads, 1, width] })
}
