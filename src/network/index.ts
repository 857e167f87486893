/** Parameters, layers and models. */

export * from './initializers.js'
export * from './layers/index.js'
export { discriminator, exemplarClassifier, pictureFeatures } from './models/picture-features.js'
export {
  type Layout,
  type TextImage,
  type TextImageOptions,
  textImage,
} from './models/text-image.js'
export {
  type IdRange,
  scoreIds,
  type TransformerOptions,
  transformer,
} from './models/transformer.js'
export * from './parameters.js'
export {
  type QuantizedPrecision,
  type QuantizeWeightsOptions,
  quantizedPrecisions,
  quantizeWeights,
} from './quantize-weights.js'
