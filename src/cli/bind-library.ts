/** The library behind the commands, bound to a platform. */

import { orClose } from '../engine/runtime/or-close.js'
import type { Device, Runtime } from '../engine/runtime/runtime.js'
import { whileOpen } from '../engine/runtime/while-open.js'
import { StorageError } from '../errors.js'
import { openPromptWriter } from '../generation/prompt-writer.js'
import { openTextModel } from '../generation/text/model-folder.js'
import { openTextClassifier } from '../generation/text-classification/model-folder.js'
import { openTextImageModel } from '../generation/text-image/model-folder.js'
import type { Platform } from '../platform/platform.js'
import { evaluateModel } from '../recipes/evaluate/evaluate-model.js'
import { countTexts } from '../recipes/run/count-texts.js'
import { countPrepared, prepareData } from '../recipes/run/pictures/prepare-data.js'
import { runRecipe } from '../recipes/run/run-recipe.js'
import { readStartConfig } from '../recipes/run/start-config.js'
import type { Files } from '../storage/files.js'
import { findTask, openModelFolder } from '../storage/model-folder.js'
import { readImageTokenizerConfig } from '../tokenizers/image/model-folder.js'
import { measureSpeed } from '../training/measure-speed.js'
import type { RunReporter } from '../training/run.js'
import { findModelsOfRuns } from './find/find-models.js'
import type { Library, TrainOptions } from './library.js'

export interface BindLibraryOptions {
  /** The folder that holds a folder for each data set that recipes may name. */
  readonly dataFolder: string
  /** Where prepared data is kept between runs. */
  readonly cacheFolder: string
  /** The model that commands use where none is named. */
  readonly pretrainedFolder: string
  /** The same for commands about clips. */
  readonly pretrainedClipsFolder: string
}

/** Throws StorageError where no folder is named of a model that writes: one of these tasks. */
const checkNamed = async (
  files: Files,
  folder: string | undefined,
  tasks: readonly string[],
): Promise<string> => {
  if (folder !== undefined) return folder
  const found = await findModelsOfRuns(files, tasks)
  throw new StorageError(
    'no model that writes is named, and the package brings none along. Name one with --model: ' +
      (found.length === 0
        ? 'a run leaves it in runs/NAME/model, such as "tesserae train shakespeare-nano"'
        : `here are ${found.slice(0, 5).join(', ')}`),
  )
}

/** Opens what lives on a runtime of its own, which is closed with it. */
const openOn = <Opened extends { close(): Promise<void> }>(
  runtime: Runtime,
  open: (runtime: Runtime) => Promise<Opened>,
): Promise<Opened> =>
  orClose(runtime, async () => {
    const opened = await open(runtime)
    return { ...opened, close: () => whileOpen(runtime, () => opened.close()) }
  })

/** Hands on what commands tell of a run. */
const observerOf = (options: TrainOptions): RunReporter => ({
  step: async (report) => options.onStep(report),
  evaluation: async (step, measures) => options.onEvaluation(step, measures),
  sample: async () => {},
  checkpoint: async (step, path) => options.onCheckpoint(step, path),
  notice: async (line) => options.onNotice(line),
})

export const bindLibrary = (
  platform: Platform,
  { pretrainedFolder, pretrainedClipsFolder, ...folders }: BindLibraryOptions,
): Library => {
  const { files, createRuntime } = platform
  const environment = { ...platform, ...folders }

  /** Lends a runtime and closes it, whatever happens: an open one keeps the process alive. */
  const withRuntime = <Result>(
    device: Device,
    work: (runtime: Runtime) => Promise<Result>,
  ): Promise<Result> => whileOpen(createRuntime({ device }), work)

  const openWithRuntime = <Opened extends { close(): Promise<void> }>(
    device: Device,
    open: (runtime: Runtime) => Promise<Opened>,
  ): Promise<Opened> => openOn(createRuntime({ device }), open)

  return {
    prepare: (data, { size, frames = 1, ...options }) =>
      prepareData(data, { size, frames }, { ...environment, ...options }),

    countExamples: (data, shape) => countPrepared(data, shape, environment),

    countTexts: (recipe, { start, onProgress }) =>
      countTexts(recipe, start, { ...environment, onProgress }),

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
            observer: observerOf(options),
            onProgress,
            // As of the process's start, but with parts of milliseconds: steps are short.
            now: () => performance.timeOrigin + performance.now(),
            signal,
          },
        )
      }),

    openModel: (folder = pretrainedFolder, device) =>
      openWithRuntime(device, (runtime) => openTextImageModel(files, runtime, folder)),

    openClipModel: (folder = pretrainedClipsFolder, device) =>
      openWithRuntime(device, (runtime) => openTextImageModel(files, runtime, folder)),

    findTask: (path) => findTask(files, path),

    openTextModel: async (folder, device, options) => {
      const named = await checkNamed(files, folder, ['language-model'])
      return openWithRuntime(device, (runtime) => openTextModel(files, runtime, named, options))
    },

    openPromptWriter: async (folder, device, options) => {
      const named = await checkNamed(files, folder, ['language-model', 'text-pairs'])
      return openWithRuntime(device, (runtime) => openPromptWriter(files, runtime, named, options))
    },

    openClassifier: (folder, device, options) =>
      openWithRuntime(device, (runtime) => openTextClassifier(files, runtime, folder, options)),

    evaluate: (folder, { device, onProgress, ...options }) =>
      withRuntime(device, (runtime) =>
        evaluateModel(folder, { ...environment, runtime, onProgress }, options),
      ),

    async findTokenizer(path) {
      if ((await files.stat(path)) === undefined) return undefined
      return readImageTokenizerConfig(await openModelFolder(files, path))
    },

    findStart: (path) => readStartConfig(files, path),

    measureSpeed: (device) => withRuntime(device, (runtime) => measureSpeed(runtime)),
  }
}
