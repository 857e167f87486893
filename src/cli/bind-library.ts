/** The library behind the commands, bound to a platform. */

import type { Device, Runtime } from '../engine/runtime/runtime.js'
import { StorageError } from '../errors.js'
import { openTextClassifier } from '../generation/text-classification/model-folder.js'
import { openTextImageModel } from '../generation/text-image/model-folder.js'
import type { Platform } from '../platform/platform.js'
import { evaluateModel } from '../recipes/evaluate/evaluate-model.js'
import { prepareData } from '../recipes/run/prepare-data.js'
import { runRecipe } from '../recipes/run/run-recipe.js'
import { joinPath } from '../storage/files.js'
import { openModelFolder } from '../storage/model-folder.js'
import { imageTokenizerSchema } from '../tokenizers/image/config.js'
import { measureSpeed } from '../training/measure-speed.js'
import type { Library } from './library.js'

export interface BindLibraryOptions {
  /** The folder that holds a folder for each data set that recipes may name. */
  readonly dataFolder: string
  /** Where prepared data is kept between runs. */
  readonly cacheFolder: string
  /** The model that commands use where none is named. */
  readonly pretrainedFolder: string
}

export const bindLibrary = (
  platform: Platform,
  { pretrainedFolder, ...folders }: BindLibraryOptions,
): Library => {
  const { files, createRuntime } = platform
  const environment = { ...platform, ...folders }

  /** Lends a runtime and closes it, whatever happens: an open one keeps the process alive. */
  const withRuntime = async <Result>(
    device: Device,
    work: (runtime: Runtime) => Promise<Result>,
  ): Promise<Result> => {
    const runtime = createRuntime({ device })
    try {
      return await work(runtime)
    } finally {
      await runtime.close()
    }
  }

  /** Opens a model that closes its runtime with it. */
  const openWithRuntime = async <Model extends { close(): Promise<void> }>(
    device: Device,
    open: (runtime: Runtime) => Promise<Model>,
  ): Promise<Model> => {
    const runtime = createRuntime({ device })
    try {
      const model = await open(runtime)
      const close = async () => {
        await model.close()
        await runtime.close()
      }
      return { ...model, close }
    } catch (error) {
      await runtime.close()
      throw error
    }
  }

  return {
    prepare: (data, { size, onProgress }) =>
      prepareData(data, { size }, { ...environment, onProgress }),

    train: (recipe, options) =>
      withRuntime(options.device, (runtime) => {
        const { out, shouldResume, maximumSteps, signal, onProgress } = options
        const ending = maximumSteps === undefined ? {} : { maximumSteps }
        return runRecipe(
          recipe,
          { out, shouldResume, ...ending },
          {
            ...environment,
            runtime,
            observer: {
              step: async (report) => options.onStep(report),
              evaluation: async (step, measures) => options.onEvaluation(step, measures),
              sample: async () => {},
              checkpoint: async (step, path) => options.onCheckpoint(step, path),
              notice: async (line) => options.onNotice?.(line),
            },
            onProgress,
            now: Date.now,
            signal,
          },
        )
      }),

    openModel: (folder = pretrainedFolder, device) =>
      openWithRuntime(device, (runtime) => openTextImageModel(files, runtime, folder)),

    openClassifier: (folder, device) =>
      openWithRuntime(device, (runtime) => openTextClassifier(files, runtime, folder)),

    evaluate: (folder, { device, onProgress, against }) =>
      withRuntime(device, (runtime) =>
        evaluateModel(
          folder,
          { ...environment, runtime, onProgress },
          against === undefined ? {} : { against },
        ),
      ),

    async findTokenizer(path) {
      if ((await files.stat(path)) === undefined) return undefined
      const folder = await openModelFolder(files, path)
      const { task, ...config } = (await folder.json('config.json')) as Record<string, unknown>
      const parsed = imageTokenizerSchema.safeParse(config)
      if (task === 'image-tokenizer' && parsed.success) return parsed.data
      throw new StorageError(
        `${joinPath(path, 'config.json')}: expected an image tokenizer, found ${task}. Choose another folder.`,
      )
    },

    measureSpeed: (device) => withRuntime(device, (runtime) => measureSpeed(runtime)),
  }
}
