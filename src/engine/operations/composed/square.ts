import type { Value } from '../../graph/value.js'
import { mul } from '../primitive/mul.js'

/** x², element by element. */
export const square = (x: Value): Value => mul(x, x)
