import { constant } from '../../graph/graph.js'
import type { Value } from '../../graph/value.js'
import type { DType } from '../../tensor/dtype.js'
import { tensorOf } from '../../tensor/tensor.js'
import { cast } from '../primitive/cast.js'
import { equal } from '../primitive/equal.js'
import { reshape } from '../primitive/reshape.js'

interface OneHot {
  readonly classes: number
  readonly dtype?: DType
}

/** 1 in the class that each id names and 0 elsewhere: integer [...] → [..., classes]. */
export const oneHot = (ids: Value, { classes, dtype = 'float32' }: OneHot): Value => {
  const names = Array.from({ length: classes }, (_, id) => id)
  const column = reshape(ids, { shape: [...ids.shape, 1] })
  return cast(equal(column, constant(tensorOf(ids.dtype, names))), { to: dtype })
}
