/** Generation: decoders, samplers, models at work and the pipelines around them. */

export { createDecoder, type Decoder, type DecoderOptions } from './decoder.js'
export { type ExportedModel, exportModel } from './export-model.js'
export * from './pipelines/index.js'
export { type Sample, type SamplingOptions, sampleId } from './sample.js'
export { openTextImageModel } from './text-image/model-folder.js'
export type {
  Drawing,
  DrawOptions,
  DrawRequest,
  TextImageModel,
} from './text-image/text-image-model.js'
