import type { Value } from '../../graph/value.js'
import { layerNormalization } from '../primitive/layer-normalization.js'
import { rmsNormalization } from '../primitive/rms-normalization.js'

/** Layer normalisation over the last axis (Ba et al. 2016): [..., width] → [..., width]. */
export const layerNorm = (
  x: Value,
  scale: Value,
  bias: Value,
  attributes: { epsilon?: number } = {},
): Value => layerNormalization(x, scale, bias, attributes)[0]

/** The last axis scaled to unit root mean square (Zhang & Sennrich 2019): [..., width] → same. */
export const rmsNorm = (x: Value, scale: Value, attributes: { epsilon?: number } = {}): Value =>
  rmsNormalization(x, scale, attributes)[0]
