/**
 * Runs a recipe from its data to a finished model folder: `out/model`. The run's own folder keeps
 * the recipe, checkpoints and codes, so that it can be resumed.
 */

import type { Tensor } from '../../engine/tensor/tensor.js'
import { RecipeError } from '../../errors.js'
import { bestCheckpoint, listCheckpoints } from '../../storage/checkpoints.js'
import { joinPath } from '../../storage/files.js'
import { type ModelFolderEntry, writeModelFolder } from '../../storage/model-folder.js'
import {
  findRunState,
  type RunReporter,
  type RunResult,
  type RunState,
  type RunTask,
  runTraining,
} from '../../training/run.js'
import { printRecipe } from '../parse-recipe.js'
import type { Recipe } from '../recipe.js'
import type { TrainingRecipe } from '../schema/training.js'
import type { RunEnvironment } from './environment.js'
import { prepareImageTokenizer } from './image-tokenizer.js'
import { prepareLanguageModel } from './language-model.js'
import { createRecorder } from './recorder.js'
import { prepareTextClassification } from './text-classification.js'
import {
  ownTokenizerFolder,
  ownTokenizerRecipe,
  ownTokenizerRun,
  prepareTextImage,
  textTokenizerName,
} from './text-image.js'
import { scheduleOf, stepsOf } from './training-options.js'

export interface RunRecipeOptions {
  /** The run's folder. */
  readonly out: string
  /** Goes on from the newest checkpoint. */
  readonly shouldResume?: boolean
  /** Ends the run early, as if it had been planned so long from the start but for its schedule. */
  readonly maximumSteps?: number
}

/** A recipe with its data and models at hand, before anything is trained. */
export interface PreparedRun {
  /** Examples of an epoch. */
  readonly examples: number
  createTask(options: {
    steps: number
    restored: Record<string, Tensor> | undefined
  }): Promise<RunTask>
  /** The entries of the finished model's folder, from the averaged parameters. */
  modelEntries(tensors: Record<string, Tensor>): Record<string, ModelFolderEntry>
  close(): Promise<void>
}

export interface FinishedRun extends RunResult {
  /** The finished model's folder; undefined when the run stopped before its end. */
  readonly modelFolder: string | undefined
}

const prepareRun = (
  recipe: Recipe,
  out: string,
  environment: RunEnvironment,
): Promise<PreparedRun> =>
  recipe.task === 'image-tokenizer'
    ? prepareImageTokenizer(recipe, environment)
    : recipe.task === 'text-image'
      ? prepareTextImage(recipe, out, environment)
      : recipe.task === 'text-classification'
        ? prepareTextClassification(recipe, out, environment)
        : prepareLanguageModel(recipe, out, environment)

/** Tells two reporters, one after the other. */
const both = (first: RunReporter, second: RunReporter): RunReporter => ({
  async step(report) {
    await first.step(report)
    await second.step(report)
  },
  async evaluation(step, measures) {
    await first.evaluation(step, measures)
    await second.evaluation(step, measures)
  },
  async sample(step, name, sample) {
    await first.sample(step, name, sample)
    await second.sample(step, name, sample)
  },
  async checkpoint(step, path) {
    await first.checkpoint(step, path)
    await second.checkpoint(step, path)
  },
  async notice(line) {
    await first.notice?.(line)
    await second.notice?.(line)
  },
})

/** Steps at these places of a run tell how long the others take: its phases differ. */
const sampledPlaces = [0.1, 0.4, 0.7, 0.95]
const provisionalSteps = 100_000

/** The seconds of a step on this machine, from a few that are taken back. */
const measureStep = async (run: PreparedRun): Promise<number> => {
  const task = await run.createTask({ steps: provisionalSteps, restored: undefined })
  let total = 0
  for (const place of sampledPlaces) {
    const step = Math.round(place * provisionalSteps)
    const { updates } = await task.prepare(step)
    for (const repeat of [0, 1]) {
      const start = performance.now()
      for (const update of updates) await task.trainer.step({ ...update, step, learningRate: 0 })
      // The first time also pays for memory that later steps reuse.
      if (repeat === 1) total += (performance.now() - start) / 1000
    }
  }
  await task.trainer.close()
  return total / sampledPlaces.length
}

const planSteps = async (
  training: TrainingRecipe,
  run: PreparedRun,
  known: RunState | undefined,
) => {
  if (known !== undefined) return known.steps
  const seconds = training.minutes === undefined ? 0 : await measureStep(run)
  return stepsOf(training, { examples: run.examples, secondsPerStep: () => seconds })
}

/** Whether a folder holds a run with anything to lose: a checkpoint or a finished model. */
const hasProgress = async ({ files }: RunEnvironment, out: string): Promise<boolean> =>
  (await listCheckpoints(files, out)).length > 0 ||
  (await files.stat(joinPath(out, 'model'))) !== undefined ||
  (await listCheckpoints(files, ownTokenizerRun(out))).length > 0

/** Throws RecipeError unless the folder is free, or holds what is to be resumed. */
const checkFolder = async (
  recipe: Recipe,
  { out, shouldResume = false }: RunRecipeOptions,
  environment: RunEnvironment,
): Promise<void> => {
  const { files } = environment
  const recipePath = joinPath(out, 'recipe.yaml')
  const isThere = await hasProgress(environment, out)
  if (!shouldResume && isThere) {
    throw new RecipeError(
      `${out}: a run is here already; go on with it by --resume, or choose another folder by --out`,
    )
  }
  if (shouldResume && !isThere) {
    throw new RecipeError(`${out}: there is no run to resume; leave out --resume to start one`)
  }
  if (shouldResume && (await files.readText(recipePath)) !== printRecipe(recipe)) {
    throw new RecipeError(
      `${recipePath}: the run was started with another recipe; resume with the same, or choose another --out`,
    )
  }
}

/** Trains the image tokenizer that a recipe brings along, unless that is done. */
const trainOwnTokenizer = async (
  recipe: Recipe,
  { out, maximumSteps }: RunRecipeOptions,
  environment: RunEnvironment,
): Promise<FinishedRun | undefined> => {
  const own = recipe.task === 'text-image' ? ownTokenizerRecipe(recipe) : undefined
  const folder = ownTokenizerRun(out)
  if (own === undefined) return undefined
  if ((await environment.files.stat(ownTokenizerFolder(out))) !== undefined) return undefined
  const shouldResume = await hasProgress(environment, folder)
  const ending = maximumSteps === undefined ? {} : { maximumSteps }
  return runRecipe(own, { out: folder, shouldResume, ...ending }, environment)
}

/** Trains. Throws RecipeError when the folder holds another run, or none to resume. */
export const runRecipe = async (
  recipe: Recipe,
  options: RunRecipeOptions,
  environment: RunEnvironment,
): Promise<FinishedRun> => {
  const { files } = environment
  const { out, shouldResume = false } = options
  await checkFolder(recipe, options, environment)
  // What a start that failed may have left was made for another recipe.
  if (!shouldResume) await files.remove(joinPath(out, textTokenizerName))
  await files.write(joinPath(out, 'recipe.yaml'), printRecipe(recipe))
  const tokenizerRun = await trainOwnTokenizer(recipe, options, environment)
  if (tokenizerRun !== undefined && !tokenizerRun.isFinished) return tokenizerRun

  const found = shouldResume ? await findRunState(files, out) : undefined
  const run = await prepareRun(recipe, out, environment)
  try {
    return await trainPrepared(recipe, run, found, options, environment)
  } finally {
    await run.close()
  }
}

/** How many evaluations without anything better a recipe bears. */
const patienceOf = (recipe: Recipe): number | undefined =>
  recipe.task === 'text-classification' ? recipe.patience : undefined

/** The weights of a finished run: the best where it was to end with those, else the last. */
const chooseWeights = async (
  recipe: Recipe,
  { trainer }: RunTask,
  out: string,
  { files }: RunEnvironment,
): Promise<Record<string, Tensor>> => {
  const best = patienceOf(recipe) === undefined ? undefined : await bestCheckpoint(files, out)
  return best === undefined
    ? trainer.averaged()
    : trainer.averaged(Object.fromEntries(best.tensors))
}

/** Trains what has been prepared, and writes the finished model. */
const trainPrepared = async (
  recipe: Recipe,
  run: PreparedRun,
  found: Awaited<ReturnType<typeof findRunState>>,
  { out, maximumSteps }: RunRecipeOptions,
  environment: RunEnvironment,
): Promise<FinishedRun> => {
  const { files, signal, observer, now } = environment
  const recorder = await createRecorder({
    files,
    folder: out,
    title: recipe.summary === '' ? recipe.task : recipe.summary,
    step: found?.state.step ?? 0,
    now,
  })
  const steps = await planSteps(recipe.training, run, found?.state)
  const patience = patienceOf(recipe)
  const task = await run.createTask({ steps, restored: found?.tensors })
  try {
    const result = await runTraining({
      files,
      folder: out,
      task,
      reporter: both(recorder, observer),
      schedule: {
        ...scheduleOf(recipe.training, steps),
        ...(patience === undefined ? {} : { patience }),
      },
      ...(maximumSteps === undefined ? {} : { lastStep: Math.min(steps, maximumSteps) }),
      ...(signal === undefined ? {} : { signal }),
      ...(found === undefined ? {} : { start: found.state }),
    })
    if (!result.isFinished) return { ...result, modelFolder: undefined }
    const modelFolder = joinPath(out, 'model')
    const entries = run.modelEntries(await chooseWeights(recipe, task, out, environment))
    const about = { seed: recipe.seed, steps: result.step, measures: result.measures }
    await writeModelFolder(
      files,
      modelFolder,
      { ...entries, 'recipe.yaml': { text: printRecipe(recipe) } },
      { replace: true, about },
    )
    return { ...result, modelFolder }
  } finally {
    await task.trainer.close()
  }
}
