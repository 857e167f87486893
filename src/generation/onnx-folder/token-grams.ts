/**
 * The n-grams of texts as buckets of a hashed table, computed inside of a graph: the same buckets as
 * those of `tokenizers/text/token-grams.ts`, in another order.
 */

import { constant } from '../../engine/graph/graph.js'
import type { Value } from '../../engine/graph/value.js'
import {
  add,
  bitwiseXor,
  cast,
  concat,
  div,
  equal,
  gatherElements,
  greaterOrEqual,
  less,
  logicalAnd,
  max,
  maximum,
  minimum,
  mul,
  shiftRight,
  slice,
  sqrt,
  sub,
  sum,
} from '../../engine/operations/index.js'
import { tensorOf } from '../../engine/tensor/tensor.js'
import { firstHash, multipliers, type TokenGramOptions } from '../../tokenizers/text/token-grams.js'
import { flat } from './client-graph.js'

interface Texts {
  /** int64 [batch, time] each: ids, 1 for what is no padding, and places from 0 on. */
  readonly ids: Value
  readonly attended: Value
  readonly places: Value
  /** What starts a text, and is in no n-gram. */
  readonly bos?: number
}

const word = (value: number): Value => constant(tensorOf('uint32', [value], []))

/** One link of the hash's chain; uint32 each. */
const mix = (hash: Value, key: Value): Value => {
  const [spread, first, second] = multipliers
  const start = bitwiseXor(hash, mul(add(key, word(1)), word(spread)))
  const middle = mul(bitwiseXor(start, shiftRight(start, word(16))), word(first))
  const end = mul(bitwiseXor(middle, shiftRight(middle, word(13))), word(second))
  return bitwiseXor(end, shiftRight(end, word(16)))
}

/** hash mod buckets: uint32 → int64. */
const bucketOf = (hash: Value, buckets: number): Value => {
  const whole = cast(hash, { to: 'int64' })
  return sub(whole, mul(div(whole, buckets), buckets))
}

/**
 * The buckets of all n-grams and how much each weighs, rows of unit length: int64 and float32
 * [batch · time · orders] each. A bucket of no n-gram weighs nothing.
 */
export const gramsOf = (
  { ids, attended, places, bos }: Texts,
  { orders, buckets }: TokenGramOptions,
): { ids: Value; weights: Value } => {
  const alongRow = { axes: [1], keepAxes: true }
  const length = sum(attended, alongRow)
  const last = max(places, alongRow)
  const first =
    bos === undefined
      ? sub(length, length)
      : cast(equal(slice(ids, { axis: 1, start: 0, end: 1 }), bos), { to: 'int64' })
  const isWord = greaterOrEqual(places, first)
  let hash = word(firstHash)
  const found = Array.from({ length: orders }, (_, before) => {
    const place = add(places, before)
    const id = gatherElements(ids, minimum(place, last), { axis: 1 })
    hash = mix(hash, cast(id, { to: 'uint32' }))
    const isGram = logicalAnd(isWord, less(place, length))
    return {
      bucket: bucketOf(mix(hash, word(before + 1)), buckets),
      weight: cast(isGram, { to: 'float32' }),
    }
  })
  const weights = concat(...found.map(({ weight }) => weight), { axis: 1 })
  const count = maximum(sum(weights, alongRow), 1)
  return {
    ids: flat(concat(...found.map(({ bucket }) => bucket), { axis: 1 })),
    weights: flat(div(weights, sqrt(count))),
  }
}
