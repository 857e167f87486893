import { constant } from '../../engine/graph/graph.js'
import type { Value } from '../../engine/graph/value.js'
import { cast, equal, mul, reshape } from '../../engine/operations/index.js'
import { tensorOf } from '../../engine/tensor/tensor.js'
import { unseen } from '../layers/index.js'

/** A mask [batch, 1, 1, time] that hides padding: ids [batch · time]. */
export const paddingMask = (ids: Value, { batch, pad }: { batch: number; pad: number }): Value => {
  const isPadding = cast(equal(ids, constant(tensorOf(ids.dtype, [pad], []))), { to: 'float32' })
  return reshape(mul(isPadding, unseen), { shape: [batch, 1, 1, -1] })
}
