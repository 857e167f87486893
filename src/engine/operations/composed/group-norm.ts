import { ShapeError } from '../../../errors.js'
import { locateError } from '../../graph/scope.js'
import type { Value } from '../../graph/value.js'
import { printShape } from '../../tensor/shape.js'
import { add } from '../primitive/add.js'
import { layerNormalization } from '../primitive/layer-normalization.js'
import { mul } from '../primitive/mul.js'
import { reshape } from '../primitive/reshape.js'
import { fill } from './fill.js'

interface GroupNorm {
  readonly groups: number
  readonly epsilon?: number
}

/**
 * Group normalisation (Wu & He 2018): every group of neighbouring channels of a picture to mean 0
 * and variance 1; x [batch, channels, ...], scale and bias [channels] → the shape of x.
 */
export const groupNorm = (
  x: Value,
  scale: Value,
  bias: Value,
  { groups, epsilon = 1e-5 }: GroupNorm,
): Value => {
  const [batch, channels, ...picture] = x.shape
  if (channels === undefined || channels % groups !== 0) {
    const message = `${groups} groups do not divide the channels of ${printShape(x.shape)}`
    throw locateError(new ShapeError(message), 'groupNorm')
  }
  const rows = reshape(x, { shape: [batch! * groups, -1] })
  const width = { dtype: x.dtype, shape: rows.shape.slice(1) }
  const [normalized] = layerNormalization(rows, fill(width, 1), fill(width, 0), { epsilon })
  const byChannel = (value: Value) => reshape(value, { shape: [channels, ...picture.map(() => 1)] })
  const restored = reshape(normalized, { shape: x.shape })
  return add(mul(restored, byChannel(scale)), byChannel(bias))
}
