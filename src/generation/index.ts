/** Generation: decoders, samplers, models at work and the pipelines around them. */

export type { ClipFormat } from '../data/media/clip-file.js'
export type { OpenModelOptions } from './adapter/open-model.js'
export { createDecoder, type Decoder, type DecoderOptions } from './decoding/decoder.js'
export { type Sample, type SamplingOptions, sampleId } from './decoding/sample.js'
export { exportHuggingFace } from './export-hugging-face.js'
export { type ExportedModel, type ExportPrecision, exportModel } from './export-model.js'
export { type ExportedForClient, exportOnnx } from './export-onnx.js'
export { importModel, readForeignModel } from './import-model.js'
export * from './pipelines/index.js'
export {
  type ChatMessage,
  type ChatStretch,
  type ChatTemplate,
  createChatTemplate,
} from './text/chat/chat-template.js'
export type { LanguageConfig } from './text/config.js'
export type { ImportedModel } from './text/imported-model.js'
export { openTextModel } from './text/model-folder.js'
export type { TextModel } from './text/text-model.js'
export type { WriteOptions, WrittenPiece } from './text/writer.js'
export { openTextClassifier } from './text-classification/model-folder.js'
export type { ClassifiedText, TextClassifierModel } from './text-classification/text-classifier.js'
export type { DrawOptions, DrawRequest } from './text-image/draw-request.js'
export { openTextImageModel } from './text-image/model-folder.js'
export type { Drawing, TextImageModel } from './text-image/text-image-model.js'
export { openPairModel } from './text-pairs/model-folder.js'
export type { Answer, PairModel } from './text-pairs/pair-model.js'
export { weightsAtWork } from './weights-at-work.js'
