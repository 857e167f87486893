import type { Value } from '../../graph/value.js'
import { neg } from '../primitive/neg.js'
import { softplus } from '../primitive/softplus.js'

/** ln σ(x), element by element, without overflow. */
export const logSigmoid = (x: Value): Value => neg(softplus(neg(x)))
