/** The adapter that a run trains beside a model that stands still, as a folder of its own. */

import type { Tensors } from '../../engine/runtime/runtime.js'
import type { AdapterConfig } from '../../generation/adapter/config.js'
import { adapterEntries, readAdapterBase } from '../../generation/adapter/entries.js'
import type { ParameterTree } from '../../network/parameters.js'
import type { Files } from '../../storage/files.js'
import type { ModelFolderEntry } from '../../storage/model-folder.js'
import { type TuningOptions, tuneParameters } from '../../training/tuning.js'

export interface RunAdapter {
  /** The entries of the adapter's folder, from the averaged parameters. */
  entries(tensors: Tensors): Record<string, ModelFolderEntry>
}

interface AdaptedRun {
  /** The folder of the model that the run starts from, if it does. */
  readonly start: string | undefined
  readonly tuning: TuningOptions
  /** The configuration of the whole model, and its parameters. */
  readonly model: AdapterConfig['model']
  readonly parameters: ParameterTree
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
