import type { Value } from '../../engine/graph/value.js'
import { rmsNorm as applyRmsNorm } from '../../engine/operations/index.js'
import { ones } from '../initializers.js'
import { parameter } from '../parameters.js'
import { defineLayer } from './layer.js'

/** Scales x to unit root mean square, then by a learned factor (Zhang & Sennrich 2019): [..., width] → same. */
export const rmsNorm = ({ width }: { width: number }) =>
  defineLayer('norm', {
    parameters: { scale: parameter([width], ones) },
    apply: ({ scale }, x: Value) => applyRmsNorm(x, scale),
  })
