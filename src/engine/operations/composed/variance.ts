import type { Value } from '../../graph/value.js'
import { add } from '../primitive/add.js'
import { mean } from '../primitive/mean.js'
import { mul } from '../primitive/mul.js'
import { sub } from '../primitive/sub.js'
import type { Reduction } from '../reduction.js'
import { rsqrt } from './rsqrt.js'
import { square } from './square.js'

const center = (x: Value, axes: readonly number[] | undefined): Value =>
  sub(x, mean(x, { ...(axes === undefined ? {} : { axes }), keepAxes: true }))

/** The mean squared distance from the mean over the named axes, or over all of them. */
export const variance = (x: Value, reduction: Reduction = {}): Value =>
  mean(square(center(x, reduction.axes)), reduction)

/** x moved to mean 0 and scaled to variance 1 over the named axes, or over all of them. */
export const standardize = (
  x: Value,
  { axes, epsilon = 1e-5 }: { readonly axes?: readonly number[]; readonly epsilon?: number } = {},
): Value => {
  const centered = center(x, axes)
  const spread = mean(square(centered), { ...(axes === undefined ? {} : { axes }), keepAxes: true })
  return mul(centered, rsqrt(add(spread, epsilon)))
}
