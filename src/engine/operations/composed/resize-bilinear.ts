import { constant } from '../../graph/graph.js'
import { locateError } from '../../graph/scope.js'
import type { Value } from '../../graph/value.js'
import type { DType } from '../../tensor/dtype.js'
import { ofRank } from '../../tensor/shape.js'
import { tensorOf } from '../../tensor/tensor.js'
import { matmul } from '../primitive/matmul.js'
import { type Pair, requirePicture } from '../window.js'

/** [target, source]: how much each source pixel adds to each target pixel; centres at half pixels. */
const interpolation = (source: number, target: number, dtype: DType): Value => {
  const weights = new Array<number>(target * source).fill(0)
  for (let place = 0; place < target; place++) {
    const center = ((place + 0.5) * source) / target - 0.5
    const clamped = Math.min(Math.max(center, 0), source - 1)
    const first = Math.floor(clamped)
    const second = Math.min(first + 1, source - 1)
    weights[place * source + first]! += 1 - (clamped - first)
    weights[place * source + second]! += clamped - first
  }
  return constant(tensorOf(dtype, weights, [target, source]))
}

/**
 * Pictures [batch, channels, rows, columns] resized by linear interpolation along both axes, edges
 * repeated. Shrinking takes no mean over what is skipped; pool first to avoid jagged edges.
 */
export const resizeBilinear = (x: Value, { size }: { readonly size: Pair }): Value => {
  try {
    requirePicture(x.shape)
  } catch (error) {
    throw locateError(error, 'resizeBilinear')
  }
  const [, , rows, columns] = ofRank(x.shape, 4)
  const wide = matmul(x, interpolation(columns, size[1], x.dtype), { transposeB: true })
  return matmul(interpolation(rows, size[0], x.dtype), wide)
}
