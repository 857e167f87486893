/** What the norms by the root mean square have in common. */

import type { Value } from '../graph/value.js'
import type { Vocabulary } from './vocabulary.js'

/** What keeps rows of zeros from dividing by zero. */
export const defaultEpsilon = 1e-6

/** The gradients of the rows and the scale of `rmsNorm`. */
export const rmsNormGradient = (
  x: Value,
  scale: Value,
  {
    upstream,
    epsilon = defaultEpsilon,
  }: { readonly upstream: Value; readonly epsilon: number | undefined },
  { add, matmul, mul, reshape, rsqrt, square, sub, sumOfSquares }: Vocabulary,
): readonly [Value, Value] => {
  // With r = 1 / rms: dx = r s dy - x r³ mean(s dy x), ds = r dy x. The kernel could hand out r as
  // well, but on WebGPU it hands out something else. Sums that are products with a vector write
  // nothing of the size of x.
  const width = scale.shape[0]!
  const rows = { shape: [-1, width] }
  const [flat, flatUpstream] = [reshape(x, rows), reshape(upstream, rows)]
  const squares = sumOfSquares(flat, { axes: [-1], keepAxes: true })
  const inverse = rsqrt(add(mul(squares, 1 / width), epsilon))
  const product = mul(flatUpstream, flat)
  const projection = matmul(product, reshape(scale, { shape: [width, 1] }), { scale: 1 / width })
  const share = mul(projection, mul(square(inverse), inverse))
  const toX = sub(mul(mul(flatUpstream, scale), inverse), mul(flat, share))
  const toScale = matmul(inverse, product, { transposeA: true })
  return [reshape(toX, { shape: x.shape }), reshape(toScale, { shape: [width] })]
}
