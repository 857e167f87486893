/**
 * Attention of new tokens to a cache of earlier ones and to themselves. The cache is only read, so a
 * decoder never copies it: it fetches the new keys and values, a few kilobytes, and writes them in.
 *
 * Two ways of it: the fast one sums what a token gives to itself apart; the exact one puts the token
 * into its place in a copy of the cache, and so gives the same bits as attention to whole sequences.
 */

import type { Value } from '../../engine/graph/value.js'
import {
  add,
  attention as attend,
  concat,
  matmul,
  mul,
  reshape,
  slice,
  softmax,
  split,
  where,
} from '../../engine/operations/index.js'
import { ofRank } from '../../engine/tensor/shape.js'
import type { KeysAndValues } from './attention.js'

/**
 * Queries [batch, heads, 1, width] of one new token each, its own keys and values [batch, groups, 1,
 * width], those of the cache, and a mask [batch, 1, 1, capacity] that is added to the scores of the
 * cache → [batch, heads, 1, width]. The cache has its values as [batch, groups, capacity, width], but
 * its keys as [batch, groups, width, capacity]: ONNX Runtime's product of one row reads a matrix
 * that is not transposed, and is not scaled, about twice as fast. So the scale of the scores is 1
 * where the queries carry it.
 */
export const cachedAttention = (
  queries: Value,
  fresh: KeysAndValues,
  cache: KeysAndValues,
  { mask, scale }: { readonly mask: Value; readonly scale: number },
): Value => {
  const [batch, heads, , width] = ofRank(queries.shape, 4)
  const [, groups, capacity] = ofRank(cache.values.shape, 4)
  // The queries that share keys become rows of one product.
  const grouped = reshape(queries, { shape: [batch, groups, heads / groups, width] })
  const earlier = add(matmul(grouped, cache.keys, { scale }), mask)
  const own = matmul(grouped, fresh.keys, { transposeB: true, scale })
  const [toCache, toSelf] = split(softmax(concat(earlier, own, { axis: 3 })), {
    axis: 3,
    sizes: [capacity, 1],
  })
  const attended = add(matmul(toCache, cache.values), mul(toSelf, fresh.values))
  return reshape(attended, { shape: [batch, heads, 1, width] })
}

/**
 * The same for queries [batch, heads, copies, width] of the same token several times over, of whose
 * keys and values [batch, groups, copies, width] the first are taken. `isOwn` [1, 1, capacity, 1]
 * says where in the cache the token belongs, and the mask shows that place.
 *
 * With two copies or more a product sums as it does for many rows; the kernels of ONNX Runtime sum
 * in another order where there is one row.
 */
export const exactCachedAttention = (
  queries: Value,
  fresh: KeysAndValues,
  cache: KeysAndValues,
  { mask, isOwn }: { readonly mask: Value; readonly isOwn: Value },
): Value => {
  const placed = (own: Value, earlier: Value): Value =>
    where(isOwn, slice(own, { axis: 2, start: 0, end: 1 }), earlier)
  return attend(queries, placed(fresh.keys, cache.keys), placed(fresh.values, cache.values), {
    mask,
  })
}
