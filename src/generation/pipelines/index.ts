/**
 * The pipelines: one call for each task, with the call and output shapes that users of
 * transformers.js know.
 */

import type { Media } from '../../data/media.js'
import type { Runtime } from '../../engine/runtime/runtime.js'
import type { Files } from '../../storage/files.js'
import { openTextImageModel } from '../text-image/model-folder.js'
import { createImageToText, type ImageToTextPipeline } from './image-to-text.js'
import { createTextToImage, type TextToImagePipeline } from './text-to-image.js'

export { type DrawingOrigin, type RememberedDrawing, readOrigin } from './drawing-origin.js'
export type { ImageToTextOptions, ImageToTextOutput, ImageToTextPipeline } from './image-to-text.js'
export type { ImageInput, RawImage } from './raw-image.js'
export type { TextToImageOptions, TextToImagePipeline } from './text-to-image.js'

/** What each task's pipeline is. */
export interface Pipelines {
  readonly 'text-to-image': TextToImagePipeline
  readonly 'image-to-text': ImageToTextPipeline
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
}

/** The names of all tasks. */
export const pipelineTasks = Object.keys(makers) as readonly PipelineTask[]

/** Opens a model folder for a task. Throws StorageError when it is missing, damaged or of another kind. */
export const createPipeline = <Task extends PipelineTask>(
  task: Task,
  model: string,
  environment: PipelineEnvironment,
): Promise<Pipelines[Task]> => makers[task](model, environment)
