import type { Value } from '../../graph/value.js'
import { maximum as larger } from '../primitive/maximum.js'
import { minimum as smaller } from '../primitive/minimum.js'

interface Bounds {
  readonly minimum?: number
  readonly maximum?: number
}

/** x with what is beyond a bound moved to the bound, element by element; no gradient flows there. */
export const clamp = (x: Value, { minimum, maximum }: Bounds): Value => {
  const raised = minimum === undefined ? x : larger(x, minimum)
  return maximum === undefined ? raised : smaller(raised, maximum)
}
