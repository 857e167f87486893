/** Batch normalisation (Ioffe & Szegedy 2015) of [batch, channels, ...] by channel. */

import type { Value } from '../../graph/value.js'
import { add } from '../primitive/add.js'
import { mean } from '../primitive/mean.js'
import { mul } from '../primitive/mul.js'
import { reshape } from '../primitive/reshape.js'
import { sub } from '../primitive/sub.js'
import { rsqrt } from './rsqrt.js'
import { square } from './square.js'

interface BatchNorm {
  readonly epsilon?: number
}

/** [channels] as it broadcasts to the channels of x. */
const byChannel = (value: Value, x: Value): Value =>
  reshape(value, { shape: [-1, ...x.shape.slice(2).map(() => 1)] })

const apply = (centered: Value, scale: Value, bias: Value, variance: Value, epsilon: number) => {
  const factor = mul(scale, rsqrt(add(variance, epsilon)))
  return add(mul(centered, byChannel(factor, centered)), byChannel(bias, centered))
}

/**
 * By the statistics of this batch: x [batch, channels, ...], scale and bias [channels] → the result,
 * and the batch's mean and variance [channels] of which a running average can be kept.
 */
export const batchNorm = (
  x: Value,
  scale: Value,
  bias: Value,
  { epsilon = 1e-5 }: BatchNorm = {},
): readonly [result: Value, mean: Value, variance: Value] => {
  const axes = x.shape.flatMap((_, axis) => (axis === 1 ? [] : [axis]))
  const center = mean(x, { axes })
  const centered = sub(x, byChannel(center, x))
  const variance = mean(square(centered), { axes })
  return [apply(centered, scale, bias, variance, epsilon), center, variance]
}

/** By given statistics, such as running averages: all but x are [channels]. */
export const frozenBatchNorm = (
  x: Value,
  scale: Value,
  bias: Value,
  center: Value,
  variance: Value,
  { epsilon = 1e-5 }: BatchNorm = {},
): Value => apply(sub(x, byChannel(center, x)), scale, bias, variance, epsilon)
