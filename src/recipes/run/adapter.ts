/**
 * Adapters in runs: one that a run trains beside a model that stands still, as a folder of its own,
 * and one that a run starts from.
 */

import type { Tensors } from '../../engine/runtime/runtime.js'
import { RecipeError } from '../../errors.js'
import type { AdapterConfig } from '../../generation/adapter/config.js'
import { adapterEntries, readAdapterBase } from '../../generation/adapter/entries.js'
import { type OpenedModel, openModel } from '../../generation/adapter/open-model.js'
import type { ParameterTree } from '../../network/parameters.js'
import type { Files } from '../../storage/files.js'
import type { ModelFolderEntry } from '../../storage/model-folder.js'
import { type TuningOptions, tuneParameters } from '../../training/tuning.js'

export interface RunAdapter {
  /** The entries of the adapter's folder, from the averaged parameters and their measures. */
  entries(
    tensors: Tensors,
    measures: Readonly<Record<string, number>>,
  ): Record<string, ModelFolderEntry>
}

interface AdaptedRun {
  /** The folder of the model that the run starts from, if it does. */
  readonly start: string | undefined
  readonly tuning: TuningOptions
  /** The configuration of the whole model, and its parameters. */
  readonly model: AdapterConfig['model']
  readonly parameters: ParameterTree
}

/**
 * Opens the model that a run starts from, also one that an adapter makes of its base. Throws
 * RecipeError where an adapter would stand beside another one.
 */
export const openStart = async (
  start: string,
  { tuning }: TuningOptions,
  files: Files,
): Promise<OpenedModel> => {
  const folder = await openModel(files, start)
  if (!folder.isMerged || tuning.kind !== 'adapters') return folder
  throw new RecipeError(
    `expected a whole model for adapters to stand beside, found the adapter ${start}. Merge ` +
      'it with its base first: "tesserae export" writes both as one.',
    { keys: ['start'] },
  )
}

/** The adapter of a run, or undefined where it trains something else or stands beside no model. */
export const adapterOf = async (
  { start, tuning, model, parameters }: AdaptedRun,
  files: Files,
): Promise<RunAdapter | undefined> => {
  const { tuning: kind } = tuning
  if (kind.kind !== 'adapters' || start === undefined) return undefined
  const { rank, strength } = kind
  // Looked at now: what is at the place when the run ends may be another model.
  const base = await readAdapterBase(files, start)
  const { trained } = tuneParameters(parameters, tuning)
  return {
    entries: (tensors) =>
      adapterEntries({
        ...{ base, model, tensors, rank, strength },
        isTrained: (name) => trained.has(name),
      }),
  }
}
