/**
 * The pipelines: one call for each task, with the call and output shapes that users of
 * transformers.js know.
 */

import type { Media } from '../../data/media/media.js'
import { orClose } from '../../engine/runtime/or-close.js'
import type { Runtime } from '../../engine/runtime/runtime.js'
import { DataError } from '../../errors.js'
import type { Files } from '../../storage/files.js'
import { type OpenModelOptions, openModel } from '../adapter/open-model.js'
import { openTextModel, readStoredLanguageModel } from '../text/model-folder.js'
import { createTextScorer } from '../text/score-text.js'
import { partsAtWork } from '../text/text-folder.js'
import type { TextModel } from '../text/text-model.js'
import { openTextClassifier } from '../text-classification/model-folder.js'
import { openTextImageModel } from '../text-image/model-folder.js'
import type { TextImageModel } from '../text-image/text-image-model.js'
import { openPairModel } from '../text-pairs/model-folder.js'
import type { PairModel } from '../text-pairs/pair-model.js'
import { checkCall } from './check-call.js'
import { createFeatureExtraction, type FeatureExtractionPipeline } from './feature-extraction.js'
import { createFillMask, type FillMaskPipeline } from './fill-mask.js'
import { createImageToText, type ImageToTextPipeline } from './image-to-text.js'
import { createQuestionAnswering, type QuestionAnsweringPipeline } from './question-answering.js'
import { createTextClassification, type TextClassificationPipeline } from './text-classification.js'
import { createTextGeneration, type TextGenerationPipeline } from './text-generation.js'
import { createTextToImage, type TextToImagePipeline } from './text-to-image.js'
import {
  createSummarization,
  createText2Text,
  createTranslation,
  type SummarizationPipeline,
  type Text2TextPipeline,
  type TranslationPipeline,
} from './text-to-text.js'
import { createTextToVideo, type TextToVideoPipeline } from './text-to-video.js'
import {
  createVideoClassification,
  type VideoClassificationPipeline,
} from './video-classification.js'
import { createVideoToText, type VideoToTextPipeline } from './video-to-text.js'
import { createZeroShot, type ZeroShotPipeline } from './zero-shot-classification.js'

export { type DrawingOrigin, type RememberedDrawing, readOrigin } from './drawing-origin.js'
export type {
  FeatureExtractionOptions,
  FeatureExtractionPipeline,
  FeatureTensor,
} from './feature-extraction.js'
export type { FillMaskOptions, FillMaskOutput, FillMaskPipeline } from './fill-mask.js'
export type { GenerationOptions } from './generation-options.js'
export type { ImageToTextOptions, ImageToTextOutput, ImageToTextPipeline } from './image-to-text.js'
export type { AnswerOutput, QuestionAnsweringPipeline } from './question-answering.js'
export type { ClipInput, RawClip } from './raw-clip.js'
export type { ImageInput, RawImage } from './raw-image.js'
export type {
  TextClassificationOptions,
  TextClassificationOutput,
  TextClassificationPipeline,
} from './text-classification.js'
export type {
  ChatGenerationOutput,
  TextGenerationOptions,
  TextGenerationOutput,
  TextGenerationPipeline,
} from './text-generation.js'
export type { DrawnImage, TextToImageOptions, TextToImagePipeline } from './text-to-image.js'
export type {
  SummarizationPipeline,
  Text2TextPipeline,
  TranslationOptions,
  TranslationPipeline,
} from './text-to-text.js'
export type { DrawnClip, TextToVideoOptions, TextToVideoPipeline } from './text-to-video.js'
export type {
  VideoClassificationOptions,
  VideoClassificationOutput,
  VideoClassificationPipeline,
} from './video-classification.js'
export type { VideoToTextPipeline } from './video-to-text.js'
export type {
  ZeroShotOptions,
  ZeroShotOutput,
  ZeroShotPipeline,
} from './zero-shot-classification.js'

/** What each task's pipeline is. */
export interface Pipelines {
  readonly 'text-to-image': TextToImagePipeline
  readonly 'image-to-text': ImageToTextPipeline
  readonly 'text-to-video': TextToVideoPipeline
  readonly 'video-to-text': VideoToTextPipeline
  readonly 'video-classification': VideoClassificationPipeline
  readonly 'text-generation': TextGenerationPipeline
  readonly 'fill-mask': FillMaskPipeline
  readonly 'feature-extraction': FeatureExtractionPipeline
  readonly 'text-classification': TextClassificationPipeline
  readonly 'zero-shot-classification': ZeroShotPipeline
  readonly 'text2text-generation': Text2TextPipeline
  readonly translation: TranslationPipeline
  readonly summarization: SummarizationPipeline
  readonly 'question-answering': QuestionAnsweringPipeline
}

export type PipelineTask = keyof Pipelines

/** What pipelines need of the world. */
export interface PipelineEnvironment {
  /** That of Tesserae is written into pictures. */
  readonly versions: { readonly tesserae: string }
  readonly files: Files
  readonly media: Media
  readonly runtime: Runtime
}

type PipelineMakers = {
  readonly [Task in PipelineTask]: (
    model: string,
    environment: PipelineEnvironment,
    options: OpenModelOptions,
  ) => Promise<Pipelines[Task]>
}

/** Makes a pipeline of a language model. */
const withTextModel =
  <Pipeline>(make: (model: TextModel) => Pipeline) =>
  async (
    path: string,
    { files, runtime }: PipelineEnvironment,
    options: OpenModelOptions,
  ): Promise<Pipeline> => {
    const model = await openTextModel(files, runtime, path, options)
    return orClose(model, () => make(model))
  }

/** Makes a pipeline of a model of words and pictures or clips. */
const withTextImageModel =
  <Pipeline>(make: (model: TextImageModel, environment: PipelineEnvironment) => Pipeline) =>
  async (
    path: string,
    environment: PipelineEnvironment,
    options: OpenModelOptions,
  ): Promise<Pipeline> => {
    const { files, runtime } = environment
    const model = await openTextImageModel(files, runtime, path, options)
    return orClose(model, () => make(model, environment))
  }

/** Makes a pipeline of a model of text pairs. */
const withPairModel =
  <Pipeline>(make: (model: PairModel) => Pipeline) =>
  async (
    path: string,
    { files, runtime }: PipelineEnvironment,
    options: OpenModelOptions,
  ): Promise<Pipeline> => {
    const model = await openPairModel(files, runtime, path, options)
    return orClose(model, () => make(model))
  }

const makers: PipelineMakers = {
  'text-to-image': withTextImageModel(createTextToImage),
  'image-to-text': withTextImageModel(createImageToText),
  'text-to-video': withTextImageModel(createTextToVideo),
  'video-to-text': withTextImageModel(createVideoToText),
  'video-classification': withTextImageModel(createVideoClassification),
  'text-generation': withTextModel(createTextGeneration),
  'fill-mask': withTextModel(createFillMask),
  'feature-extraction': withTextModel(createFeatureExtraction),
  'text-classification': async (model, { files, runtime }, options) =>
    createTextClassification(await openTextClassifier(files, runtime, model, options)),
  'zero-shot-classification': async (model, { files, runtime }, options) => {
    const folder = await openModel(files, model, options)
    const parts = partsAtWork(runtime, await readStoredLanguageModel(folder))
    const scorer = await createTextScorer(parts)
    return orClose(scorer, () => createZeroShot({ ...parts, scorer }))
  },
  'text2text-generation': withPairModel(createText2Text),
  translation: withPairModel(createTranslation),
  summarization: withPairModel(createSummarization),
  'question-answering': withPairModel(createQuestionAnswering),
}

/**
 * Opens a model folder for a task. Throws DataError for a task that there is not, and StorageError
 * when the folder is missing, damaged or of another kind.
 */
export const createPipeline = async <Task extends PipelineTask>(
  task: Task,
  model: string,
  environment: PipelineEnvironment,
  options: OpenModelOptions = {},
): Promise<Pipelines[Task]> => {
  if (!Object.hasOwn(makers, task)) {
    const known = Object.keys(makers).join(', ')
    throw new DataError(`there is no pipeline for ${JSON.stringify(task)}; choose one of ${known}`)
  }
  if (typeof model !== 'string') {
    throw new DataError(`pipeline: expected the folder of a model as text, got ${typeof model}`)
  }
  const pipeline = await makers[task](model, environment, options)
  // What a call of this task takes is checked before it, which the compiler cannot see from here.
  const call = pipeline as unknown as (...values: readonly unknown[]) => Promise<unknown>
  const checked = async (...values: readonly unknown[]) => {
    checkCall(task, values)
    return call(...values)
  }
  const whole = Object.assign(checked, { dispose: () => pipeline.dispose() })
  // It gives what the pipeline gives, so it is one of the same task.
  return whole as unknown as Pipelines[Task]
}
