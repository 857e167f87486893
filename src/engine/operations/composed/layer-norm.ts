import type { Value } from '../../graph/value.js'
import { layerNormalization } from '../primitive/layer-normalization.js'

/** Layer normalisation over the last axis (Ba et al. 2016): [..., width] → [..., width]. */
export const layerNorm = (
  x: Value,
  scale: Value,
  bias: Value,
  attributes: { epsilon?: number } = {},
): Value => layerNormalization(x, scale, bias, attributes)[0]
