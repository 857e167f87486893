/** The model of a finished run: which weights it gets, and what its manifest says of them. */

import type { Tensor } from '../../engine/tensor/tensor.js'
import type { StorageError } from '../../errors.js'
import { bestCheckpoint, type Checkpoint } from '../../storage/checkpoints.js'
import { joinPath } from '../../storage/files.js'
import { type ModelFolderEntry, writeModelFolder } from '../../storage/model-folder.js'
import type { RunResult, RunTask } from '../../training/run.js'
import { finiteMeasures, type RunState } from '../../training/run-state.js'
import { printRecipe } from '../parse-recipe.js'
import type { Recipe } from '../recipe.js'
import type { RunEnvironment } from './environment.js'
import type { PreparedRun } from './prepared-run.js'
import { patienceOf } from './training-options.js'

export interface FinishedModelOptions {
  readonly recipe: Recipe
  /** The run's folder. */
  readonly out: string
  readonly run: PreparedRun
  readonly task: RunTask
  readonly result: RunResult
}

export interface FinishedModel {
  readonly modelFolder: string
  /** Those of the weights that the model got. */
  readonly measures: Readonly<Record<string, number>>
}

/** Writes the model folder of a run that has taken its last step. */
export const writeFinishedModel = async (
  options: FinishedModelOptions,
  environment: RunEnvironment,
): Promise<FinishedModel> => {
  const { recipe, out, run, result } = options
  const { files, versions } = environment
  const { tensors, step, measures } = await chooseWeights(options, environment)
  const entries = run.modelEntries(tensors, measures)
  const about = {
    seed: recipe.seed,
    steps: result.step,
    weightsOfStep: step,
    hours: result.trainedSeconds / 3600,
    parameters: countNumbers(entries['model.safetensors']),
    optimizer: recipe.training.optimizer,
    measures: finiteMeasures(measures),
    data: await run.describeData(),
    versions,
  }
  const modelFolder = joinPath(out, 'model')
  const written = { 'recipe.yaml': { text: printRecipe(recipe) } }
  const writing = { replace: true, about }
  if (run.adapter !== undefined) {
    const own = { ...run.adapter.entries(tensors, measures), ...written }
    await writeModelFolder(files, joinPath(out, 'adapter'), own, writing)
  }
  await writeModelFolder(files, modelFolder, { ...entries, ...written }, writing)
  return { modelFolder, measures }
}

interface ChosenWeights {
  readonly tensors: Record<string, Tensor>
  readonly step: number
  readonly measures: Readonly<Record<string, number>>
}

/** The last weights, or those of the best checkpoint where the recipe says so and there is one. */
const chooseWeights = async (
  { recipe, out, task: { trainer }, result }: FinishedModelOptions,
  environment: RunEnvironment,
): Promise<ChosenWeights> => {
  const isBest = recipe.training.final === 'best' || patienceOf(recipe) !== undefined
  const best = isBest ? await findBest(out, environment) : undefined
  if (best === undefined) {
    return { tensors: await trainer.averaged(), step: result.step, measures: result.measures }
  }
  return {
    tensors: await trainer.averaged(Object.fromEntries(best.tensors)),
    step: best.step,
    // As the run has saved it.
    measures: (best.state as RunState).measures ?? {},
  }
}

/** A run of many hours ends with a model all the same when its best checkpoint is lost. */
const findBest = async (
  out: string,
  { files, observer }: RunEnvironment,
): Promise<Checkpoint | undefined> => {
  const damaged: StorageError[] = []
  const onDamaged = (error: StorageError) => damaged.push(error)
  let reason = 'No measurement gave a finite number.'
  try {
    const best = await bestCheckpoint(files, out, { onDamaged })
    if (best !== undefined) return best
  } catch (error) {
    const [known] = damaged.filter((one) => one === error)
    if (known === undefined) throw error
    reason = known.message
  }
  await observer.notice(`${reason} The model gets the last weights instead of the best.`)
  return undefined
}

const countNumbers = (entry: ModelFolderEntry | undefined): number =>
  entry !== undefined && 'tensors' in entry
    ? Array.from(entry.tensors).reduce((sum, [, { data }]) => sum + data.length, 0)
    : 0
