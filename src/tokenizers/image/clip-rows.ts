/** Rows of several clips as rows of their first frames and of those that follow, and back. */

import type { Value } from '../../engine/graph/value.js'
import { concat, reshape, split } from '../../engine/operations/index.js'
import { ofRank } from '../../engine/tensor/shape.js'

/** [batch · rows, width] → [batch · first, width] and, where there are more rows, the others. */
export const splitRows = (x: Value, batch: number, first: number): [Value, Value?] => {
  const [all, width] = ofRank(x.shape, 2)
  const rows = all / batch
  if (rows === first) return [x]
  const byClip = reshape(x, { shape: [batch, rows, width] })
  const [head, tail] = split(byClip, { axis: 1, sizes: [first, rows - first] })
  return [reshape(head!, { shape: [-1, width] }), reshape(tail!, { shape: [-1, width] })]
}

/** The inverse of `splitRows`. */
export const joinRows = (head: Value, tail: Value | undefined, batch: number): Value => {
  if (tail === undefined) return head
  const width = head.shape[1]!
  const parts = [head, tail].map((part) => reshape(part, { shape: [batch, -1, width] }))
  return reshape(concat(...parts, { axis: 1 }), { shape: [-1, width] })
}
