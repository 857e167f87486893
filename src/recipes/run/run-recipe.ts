/**
 * Runs a recipe from its data to a finished model folder: `out/model`. The run's own folder keeps
 * the recipe, checkpoints and codes, so that it can be resumed.
 */

import { DataError } from '../../errors.js'
import { type Files, joinPath } from '../../storage/files.js'
import { readManifest } from '../../storage/manifest.js'
import { type RunReporter, type RunResult, runTraining } from '../../training/run.js'
import { findRunState, type RunState } from '../../training/run-state.js'
import { ownTokenizerFolder, ownTokenizerRecipe, ownTokenizerRun } from '../own-tokenizer.js'
import { printRecipe } from '../parse-recipe.js'
import type { Recipe } from '../recipe.js'
import type { TrainingRecipe } from '../schema/training.js'
import type { RunEnvironment } from './environment.js'
import { writeFinishedModel } from './finished-model.js'
import { unlessAborted } from './interruption.js'
import { prepareLanguageModel } from './language/language-model.js'
import { textTokenizerName } from './language/text-tokenizer.js'
import { prepareImageTokenizer } from './pictures/image-tokenizer.js'
import { prepareTextImage } from './pictures/text-image.js'
import type { PreparedRun } from './prepared-run.js'
import { createRecorder } from './recorder.js'
import { checkFolder, hasProgress } from './run-folder.js'
import { prepareTextClassification } from './text-classification/text-classification.js'
import { prepareTextPairs } from './text-pairs/text-pairs.js'
import { patienceOf, scheduleOf, stepsOf } from './training-options.js'

export interface RunRecipeOptions {
  /** The run's folder. */
  readonly out: string
  /** Goes on from the newest checkpoint. */
  readonly shouldResume?: boolean
  /** Stops the run, unfinished, once so many steps are done, its own image tokenizer's included. */
  readonly maximumSteps?: number
}

export interface FinishedRun extends RunResult {
  /** What was trained last: the recipe's own image tokenizer where the run stopped in that. */
  readonly task: Recipe['task']
  /** The finished model's folder; undefined when the run stopped before its end. */
  readonly modelFolder: string | undefined
}

const prepareRun = (
  recipe: Recipe,
  out: string,
  environment: RunEnvironment,
): Promise<PreparedRun> => {
  switch (recipe.task) {
    case 'image-tokenizer':
      return prepareImageTokenizer(recipe, environment)
    case 'text-image':
      return prepareTextImage(recipe, out, environment)
    case 'text-classification':
      return prepareTextClassification(recipe, out, environment)
    case 'text-pairs':
      return prepareTextPairs(recipe, out, environment)
    case 'language-model':
      return prepareLanguageModel(recipe, out, environment)
  }
}

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
    await first.notice(line)
    await second.notice(line)
  },
})

/** Steps at these places of a run tell how long the others take: its phases differ. */
const sampledPlaces = [0.1, 0.4, 0.7, 0.95]
const provisionalSteps = 100_000
/** Milliseconds. */
const shortestStep = 0.1

/** The seconds of a step on this machine, from a few that are taken back. */
const measureStep = async (
  run: PreparedRun,
  { now }: Pick<RunEnvironment, 'now'>,
): Promise<number> => {
  const task = await run.createTask({ steps: provisionalSteps, restored: undefined })
  try {
    let total = 0
    for (const place of sampledPlaces) {
      const step = Math.round(place * provisionalSteps)
      const { updates } = await task.prepare(step)
      for (const repeat of [0, 1]) {
        const start = now()
        for (const update of updates) await task.trainer.step({ ...update, step, learningRate: 0 })
        // The first time also pays for memory that later steps reuse.
        if (repeat === 1) total += now() - start
      }
    }
    // A clock that stood still would make a run without end.
    return Math.max(total, sampledPlaces.length * shortestStep) / 1000 / sampledPlaces.length
  } finally {
    await task.trainer.close()
  }
}

const planSteps = async (
  training: TrainingRecipe,
  run: PreparedRun,
  known: RunState | undefined,
  environment: RunEnvironment,
) => {
  if (known !== undefined) return training.steps ?? known.steps
  const seconds = training.minutes === undefined ? 0 : await measureStep(run, environment)
  return stepsOf(training, { examples: run.examples, secondsPerStep: () => seconds })
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
  const shouldResume = await hasProgress(environment.files, folder)
  const ending = maximumSteps === undefined ? {} : { maximumSteps }
  return runRecipe(own, { out: folder, shouldResume, ...ending }, environment)
}

/** The steps that a run's own image tokenizer took, as its model says; 0 where there is none. */
const ownTokenizerSteps = async (files: Files, out: string): Promise<number> => {
  const folder = ownTokenizerFolder(out)
  if ((await files.stat(folder)) === undefined) return 0
  const { about } = await readManifest(files, folder)
  return typeof about.steps === 'number' ? about.steps : 0
}

/** Where a run was stopped; what is damaged after that is told. */
const findProgress = async (out: string, { files, observer }: RunEnvironment) => {
  const damaged: string[] = []
  const found = await findRunState(files, out, {
    onDamaged: ({ message }) => damaged.push(message),
  })
  for (const message of damaged) {
    await observer.notice(
      `${message} Going on from step ${found?.state.step}; what is damaged is set aside until the run is as far again.`,
    )
  }
  return found
}

/** The result of a run that was stopped while it prepared, from where it had come to before. */
const stoppedBefore = (
  task: Recipe['task'],
  { step, steps, trainedSeconds }: Pick<RunState, 'step' | 'steps' | 'trainedSeconds'> = {
    step: 0,
    steps: 0,
    trainedSeconds: 0,
  },
): FinishedRun => ({
  task,
  step,
  steps,
  isFinished: false,
  isCapped: false,
  measures: {},
  trainedSeconds,
  waitingShare: 0,
  modelFolder: undefined,
})

/**
 * Trains. Throws RecipeError when the folder holds another run, or none to resume, and DataError when
 * that was started with other data.
 */
export const runRecipe = async (
  recipe: Recipe,
  options: RunRecipeOptions,
  environment: RunEnvironment,
): Promise<FinishedRun> => {
  const { files } = environment
  const { out, shouldResume = false } = options
  await checkFolder(recipe, options, files)
  // What a start that failed may have left was made for another recipe.
  if (!shouldResume) await files.remove(joinPath(out, textTokenizerName))
  await files.write(joinPath(out, 'recipe.yaml'), printRecipe(recipe))
  const tokenizerRun = await trainOwnTokenizer(recipe, options, environment)
  if (tokenizerRun !== undefined && !tokenizerRun.isFinished) return tokenizerRun

  const found = shouldResume ? await findProgress(out, environment) : undefined
  const run = await unlessAborted(environment.signal, () => prepareRun(recipe, out, environment))
  if (run === undefined) return stoppedBefore(recipe.task, found?.state)
  try {
    return await trainPrepared(recipe, run, found, options, environment)
  } finally {
    await run.close()
  }
}

/** Trains what has been prepared, and writes the finished model. */
const trainPrepared = async (
  recipe: Recipe,
  run: PreparedRun,
  found: Awaited<ReturnType<typeof findRunState>>,
  { out, maximumSteps = Number.POSITIVE_INFINITY }: RunRecipeOptions,
  environment: RunEnvironment,
): Promise<FinishedRun> => {
  const { files, signal, observer, now } = environment
  const { dataKey } = run
  if (found !== undefined && found.state.dataKey !== dataKey) {
    throw new DataError(
      `${out}: the run was started with other data; resume with the same, or choose another folder by the option out`,
    )
  }
  const recorder = await createRecorder({
    files,
    folder: out,
    title: recipe.summary === '' ? recipe.task : recipe.summary,
    step: found?.state.step ?? 0,
    now,
  })
  const steps = await planSteps(recipe.training, run, found?.state, environment)
  const allowed = Math.max(0, maximumSteps - (await ownTokenizerSteps(files, out)))
  const patience = patienceOf(recipe)
  const task = await run.createTask({ steps, restored: found?.tensors })
  // The trainer has a copy of its own; this one would last as long as the run, which awaits it here.
  for (const name of Object.keys(found?.tensors ?? {})) delete found!.tensors[name]
  try {
    const result = await runTraining({
      files,
      folder: out,
      task,
      dataKey,
      reporter: both(recorder, observer),
      schedule: {
        ...scheduleOf(recipe.training, steps),
        ...(patience === undefined ? {} : { patience }),
      },
      lastStep: Math.min(steps, allowed),
      now,
      ...(signal === undefined ? {} : { signal }),
      ...(found === undefined ? {} : { start: found.state }),
    })
    const ended = { ...result, task: recipe.task, modelFolder: undefined }
    if (!result.isFinished) return ended
    const model = await writeFinishedModel({ recipe, out, run, task, result }, environment)
    return { ...ended, ...model }
  } finally {
    await task.trainer.close()
  }
}
