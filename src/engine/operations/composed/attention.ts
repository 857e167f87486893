/** Attention (Vaswani et al. 2017) of queries to keys and values, and the masks that limit it. */

import { ShapeError } from '../../../errors.js'
import { constant } from '../../graph/graph.js'
import { locateError } from '../../graph/scope.js'
import type { Value } from '../../graph/value.js'
import type { DType } from '../../tensor/dtype.js'
import { ofRank, printShape } from '../../tensor/shape.js'
import { tensorOf } from '../../tensor/tensor.js'
import { add } from '../primitive/add.js'
import { matmul } from '../primitive/matmul.js'
import { reshape } from '../primitive/reshape.js'
import { softmaxProduct } from '../primitive/softmax-product.js'
import { where } from '../primitive/where.js'

export interface Attention {
  /**
   * Broadcasts to [batch, heads, queries, keys]: truth values say which keys a query sees, numbers
   * are added to the scores. A query that sees no key gets NaN.
   */
  readonly mask?: Value
  /** Whether a query sees only the keys up to its own place. */
  readonly isCausal?: boolean
  /** The place of the first query among the keys; the queries are the last ones when left out. */
  readonly offset?: number
  /** The factor of the scores; 1 / √width when left out. */
  readonly scale?: number
}

interface CausalMask {
  readonly queries: number
  readonly keys: number
  readonly offset?: number
  readonly dtype?: DType
}

/**
 * A constant [queries, keys]: 0 where the key's place is at most the query's, -∞ elsewhere. The
 * queries start at the place `offset`; they are the last ones when it is left out.
 */
export const causalMask = ({
  queries,
  keys,
  offset = keys - queries,
  dtype = 'float32',
}: CausalMask): Value => {
  if (offset < 0) {
    throw locateError(
      new ShapeError(`${queries} queries cannot be the last of ${keys} keys; name their offset`),
      'causalMask',
    )
  }
  const values = Array.from({ length: queries * keys }, (_, index) =>
    index % keys <= Math.floor(index / keys) + offset ? 0 : -Infinity,
  )
  return constant(tensorOf(dtype, values, [queries, keys]))
}

const checkShapes = (queries: Value, keys: Value, values: Value): void => {
  const [q, k, v] = [queries.shape, keys.shape, values.shape]
  const isFitting =
    [q, k, v].every((shape) => shape.length === 4 && shape[0] === q[0]) &&
    q[1]! % k[1]! === 0 &&
    q[3] === k[3] &&
    k[1] === v[1] &&
    k[2] === v[2]
  if (isFitting) return
  throw locateError(
    new ShapeError(
      'expected queries [batch, heads, time, width] and keys and values of one length whose heads ' +
        `divide those of the queries, got ${printShape(q)}, ${printShape(k)} and ${printShape(v)}`,
    ),
    'attention',
  )
}

/**
 * softmax(scale · Q Kᵀ + mask) V: queries [batch, heads, time, width], keys [batch, groups, length,
 * width] and values [batch, groups, length, depth] → [batch, heads, time, depth]. The heads are
 * shared out evenly: heads / groups neighbours attend to the same keys and values.
 */
export const attention = (
  queries: Value,
  keys: Value,
  values: Value,
  { mask, isCausal = false, offset, scale }: Attention = {},
): Value => {
  checkShapes(queries, keys, values)
  const [batch, heads, time, width] = ofRank(queries.shape, 4)
  const [, groups, length, depth] = ofRank(values.shape, 4)
  // The heads of a group become one longer run of rows, so its keys need no copies.
  const rows = (heads / groups) * time
  const grouped = reshape(queries, { shape: [batch, groups, rows, width] })
  let scores = reshape(
    matmul(grouped, keys, { transposeB: true, scale: scale ?? 1 / Math.sqrt(width) }),
    { shape: [batch, heads, time, length] },
  )
  if (isCausal) {
    const place = offset === undefined ? {} : { offset }
    const causal = causalMask({ queries: time, keys: length, dtype: queries.dtype, ...place })
    scores = add(scores, causal)
  }
  if (mask !== undefined) {
    scores = mask.dtype === 'bool' ? where(mask, scores, -Infinity) : add(scores, mask)
  }
  const product = softmaxProduct(reshape(scores, { shape: [batch, groups, rows, length] }), values)
  return reshape(product, { shape: [batch, heads, time, depth] })
}
