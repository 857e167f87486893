/**
 * The work behind the commands, as the command line calls it: bound to the real functions where the
 * process starts, and to others in tests.
 */

import type { Device } from '../engine/runtime/runtime.js'
import type { OpenModelOptions } from '../generation/adapter/open-model.js'
import type { PromptWriter } from '../generation/prompt-writer.js'
import type { TextModel } from '../generation/text/text-model.js'
import type { TextClassifierModel } from '../generation/text-classification/text-classifier.js'
import type { TextImageModel } from '../generation/text-image/text-image-model.js'
import type { EvaluateModelOptions } from '../recipes/evaluate/evaluate-model.js'
import type { Measures } from '../recipes/evaluate/measures.js'
import type { Recipe, TextRecipe } from '../recipes/recipe.js'
import type { Progress } from '../recipes/run/environment.js'
import type { ExampleShape, PreparedData } from '../recipes/run/pictures/prepare-data.js'
import type { FinishedRun } from '../recipes/run/run-recipe.js'
import type { StartConfig } from '../recipes/run/start-config.js'
import type { TextAmounts } from '../recipes/run/text-amounts.js'
import type { DataRecipe } from '../recipes/schema/data.js'
import type { ImageTokenizerConfig } from '../tokenizers/image/config.js'
import type { StepReport } from '../training/run.js'

export interface TrainOptions {
  readonly device: Device
  /** The run's folder. */
  readonly out: string
  readonly shouldResume: boolean
  /** Stops the run, unfinished, once so many steps are done. */
  readonly maximumSteps?: number
  /** Stops the run in good order: while it prepares, or after a step, with a checkpoint. */
  readonly signal: AbortSignal
  /** Longer works around the training, such as drawing pictures once. */
  readonly onProgress: Progress
  onStep(report: StepReport): void
  onEvaluation(step: number, measures: Readonly<Record<string, number>>): void
  onCheckpoint(step: number, path: string): void
  /** Something that the user should know, though the run goes on. */
  onNotice(line: string): void
}

export interface EvaluateOptions extends EvaluateModelOptions {
  readonly device: Device
  readonly onProgress: Progress
}

export interface PrepareOptions extends ExampleShape {
  readonly onProgress: Progress
  /** Ends the preparation, which then throws the signal's reason. */
  readonly signal: AbortSignal
}

export interface CountTextsOptions {
  /** What the model says of itself that the recipe starts from, where there is one. */
  readonly start: StartConfig | undefined
  readonly onProgress: Progress
}

export interface Library {
  /** Decodes and resizes a recipe's pictures once, or finds them prepared. */
  prepare(data: DataRecipe, options: PrepareOptions): Promise<PreparedData>
  /** Training examples of a recipe's data, where its pictures are prepared already. */
  countExamples(data: DataRecipe, shape: ExampleShape): Promise<number | undefined>
  /** Counts what a recipe of texts learns from; undefined where its files are not there yet. */
  countTexts(recipe: TextRecipe, options: CountTextsOptions): Promise<TextAmounts | undefined>
  /** Trains from a recipe, and writes measurements and samples into the run's folder. */
  train(recipe: Recipe, options: TrainOptions): Promise<FinishedRun>
  /** Opens the folder of a model of words and pictures; the model that the package brings along when left out. */
  openModel(folder: string | undefined, device: Device): Promise<TextImageModel>
  /** The same of a model of clips; the one that the package brings along when left out. */
  openClipModel(folder: string | undefined, device: Device): Promise<TextImageModel>
  /** What a model folder's model was trained for, such as `text-image`; undefined where it is none. */
  findTask(folder: string): Promise<string | undefined>
  /** Opens the folder of a language model. Throws StorageError where none is named. */
  openTextModel(
    folder: string | undefined,
    device: Device,
    options?: OpenModelOptions,
  ): Promise<TextModel>
  /** Opens the folder of a model that writes after a prompt. Throws StorageError where none is named. */
  openPromptWriter(
    folder: string | undefined,
    device: Device,
    options?: OpenModelOptions,
  ): Promise<PromptWriter>
  /** Opens the folder of a model that classifies texts. */
  openClassifier(
    folder: string,
    device: Device,
    options?: OpenModelOptions,
  ): Promise<TextClassifierModel>
  /** Measures a model folder on the data that its recipe held out. */
  evaluate(folder: string, options: EvaluateOptions): Promise<Measures>
  /** What an image tokenizer's folder says of itself; undefined where there is none yet. */
  findTokenizer(folder: string): Promise<ImageTokenizerConfig | undefined>
  /** What the model says of itself that a recipe starts from; undefined where there is none yet. */
  findStart(folder: string): Promise<StartConfig | undefined>
  /** Floating-point operations a second that training is likely to reach. */
  measureSpeed(device: Device): Promise<number>
}
