/** Activation functions that are made of other operations. */

import type { Value } from '../../graph/value.js'
import { add } from '../primitive/add.js'
import { erf } from '../primitive/erf.js'
import { mul } from '../primitive/mul.js'
import { sigmoid } from '../primitive/sigmoid.js'

/** x σ(x), also known as swish (Elfwing et al. 2017). */
export const silu = (x: Value): Value => mul(x, sigmoid(x))

/** x Φ(x) with the normal distribution's Φ (Hendrycks & Gimpel 2016); float32 only. */
export const gelu = (x: Value): Value => mul(mul(x, 0.5), add(erf(mul(x, Math.SQRT1_2)), 1))
