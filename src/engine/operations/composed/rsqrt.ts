import type { Value } from '../../graph/value.js'
import { reciprocal } from '../primitive/reciprocal.js'
import { sqrt } from '../primitive/sqrt.js'

/** 1 / √x, element by element. */
export const rsqrt = (x: Value): Value => reciprocal(sqrt(x))
