import type { Value } from '../../graph/value.js'
import { add } from '../primitive/add.js'
import { mul } from '../primitive/mul.js'
import { sigmoid } from '../primitive/sigmoid.js'
import { square } from './square.js'

/**
 * The approximation of GELU by a hyperbolic tangent (Hendrycks & Gimpel 2016), element by element:
 * x (1 + tanh z) / 2 = x σ(2 z) with z = √(2/π) (x + 0.044715 x³).
 */
export const geluTanh = (x: Value): Value => {
  const slope = 2 * Math.sqrt(2 / Math.PI)
  return mul(x, sigmoid(mul(x, add(mul(square(x), 0.044715 * slope), slope))))
}
