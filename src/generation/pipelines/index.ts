/**
 * The pipelines: one call for each task, with the call and output shapes that users of
 * transformers.js know.
 */

import type { Media } from '../../data/media.js'
import type { Runtime } from '../../engine/runtime/runtime.js'
import type { Files } from '../../storage/files.js'
import { openModelFolder } from '../../storage/model-folder.js'
import { readLanguageModel } from '../text/model-folder.js'
import { createTextScorer } from '../text/score-text.js'
import { openTextClassifier } from '../text-classification/model-folder.js'
import { openTextImageModel } from '../text-image/model-folder.js'
import { createImageToText, type ImageToTextPipeline } from './image-to-text.js'
import { createTextClassification, type TextClassificationPipeline } from './text-classification.js'
import { createTextToImage, type TextToImagePipeline } from './text-to-image.js'
import { createZeroShot, type ZeroShotPipeline } from './zero-shot-classification.js'

export type { ImageToTextOptions, ImageToTextOutput, ImageToTextPipeline } from './image-to-text.js'
export type { ImageInput, RawImage } from './raw-image.js'
export type {
  TextClassificationOptions,
  TextClassificationOutput,
  TextClassificationPipeline,
} from './text-classification.js'
export type { TextToImageOptions, TextToImagePipeline } from './text-to-image.js'
export type {
  ZeroShotOptions,
  ZeroShotOutput,
  ZeroShotPipeline,
} from './zero-shot-classification.js'

/** What each task's pipeline is. */
export interface Pipelines {
  readonly 'text-to-image': TextToImagePipeline
  readonly 'image-to-text': ImageToTextPipeline
  readonly 'text-classification': TextClassificationPipeline
  readonly 'zero-shot-classification': ZeroShotPipeline
}

export type PipelineTask = keyof Pipelines

/** What pipelines need of the world. */
export interface PipelineEnvironment {
  readonly files: Files
  readonly media: Media
  readonly runtime: Runtime
}

type PipelineMakers = {
  readonly [Task in PipelineTask]: (
    model: string,
    environment: PipelineEnvironment,
  ) => Promise<Pipelines[Task]>
}

const makers: PipelineMakers = {
  'text-to-image': async (model, environment) =>
    createTextToImage(
      await openTextImageModel(environment.files, environment.runtime, model),
      environment,
    ),
  'image-to-text': async (model, environment) =>
    createImageToText(
      await openTextImageModel(environment.files, environment.runtime, model),
      environment,
    ),
  'text-classification': async (model, { files, runtime }) =>
    createTextClassification(await openTextClassifier(files, runtime, model)),
  'zero-shot-classification': async (model, { files, runtime }) => {
    const parts = await readLanguageModel(await openModelFolder(files, model))
    return createZeroShot({ ...parts, scorer: await createTextScorer({ runtime, ...parts }) })
  },
}

/** The names of all tasks. */
export const pipelineTasks = Object.keys(makers) as readonly PipelineTask[]

/** Opens a model folder for a task. Throws StorageError when it is missing, damaged or of another kind. */
export const createPipeline = <Task extends PipelineTask>(
  task: Task,
  model: string,
  environment: PipelineEnvironment,
): Promise<Pipelines[Task]> => makers[task](model, environment)
