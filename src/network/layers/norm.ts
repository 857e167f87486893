import type { Value } from '../../engine/graph/value.js'
import { rmsNorm as applyRmsNorm, layerNorm } from '../../engine/operations/index.js'
import { ones } from '../initializers.js'
import { type Parameter, parameter } from '../parameters.js'
import { defineLayer } from './layer.js'

export type NormKind = 'rms' | 'layer'

export interface NormOptions {
  readonly width: number
  /** RMS norm (Zhang & Sennrich 2019), or layer norm with a bias (Ba et al. 2016). */
  readonly norm?: NormKind
  /** Added to the mean square; 1e-6 for RMS norm and 1e-5 for layer norm when left out. */
  readonly epsilon?: number
}

/** Scales x to unit root mean square, or unit deviation around 0: [..., width] → same. */
export const norm = ({ width, norm: kind = 'rms', epsilon }: NormOptions) => {
  const isCentred = kind === 'layer'
  const attributes = epsilon === undefined ? {} : { epsilon }
  const parameters: { scale: Parameter; bias?: Parameter } = {
    scale: parameter([width], ones),
    ...(isCentred ? { bias: parameter([width]) } : {}),
  }
  return defineLayer('norm', {
    parameters,
    apply: ({ scale, bias }, x: Value) =>
      bias === undefined
        ? applyRmsNorm(x, scale, attributes)
        : layerNorm(x, scale, bias, attributes),
  })
}
