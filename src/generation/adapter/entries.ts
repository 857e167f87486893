/** Writes an adapter alone: its factors, and what else was trained beside a base that stood still. */

import type { Tensors } from '../../engine/runtime/runtime.js'
import { type AdapterOptions, isAdapterName } from '../../network/adapters.js'
import { type Files, joinPath } from '../../storage/files.js'
import { readManifest } from '../../storage/manifest.js'
import type { ModelFolderEntry } from '../../storage/model-folder.js'
import { openSafetensors } from '../../storage/safetensors.js'
import { weightNames } from '../../storage/weights.js'
import { type AdapterConfig, adapterTask } from './config.js'

export const weightsName = 'model.safetensors'

/** What an adapter stands beside. */
export interface AdapterBase {
  readonly folder: string
  readonly sha256: string
  /** The names of its tensors. */
  readonly names: readonly string[]
}

/** Looks at a model folder that an adapter is to stand beside. Throws StorageError. */
export const readAdapterBase = async (files: Files, folder: string): Promise<AdapterBase> => {
  const manifest = await readManifest(files, folder)
  const file = await openSafetensors(files, joinPath(folder, weightsName))
  return {
    folder,
    sha256: manifest.files[weightsName]!.sha256,
    names: weightNames(file),
  }
}

/**
 * What a folder of the adapter holds. The tensors are those of a run: parameters of the whole model,
 * of which those that are not the base's were trained, and the factors of adapters.
 */
export const adapterEntries = ({
  base: { names, ...base },
  model,
  tensors,
  isTrained,
  rank,
  strength,
}: AdapterOptions & {
  readonly base: AdapterBase
  readonly model: AdapterConfig['model']
  readonly tensors: Tensors
  /** Whether a parameter is other than the base's. */
  readonly isTrained: (name: string) => boolean
}): Record<string, ModelFolderEntry> => {
  const own = Object.entries(tensors).filter(
    ([name]) => isAdapterName(name) || isTrained(name) || !names.includes(name),
  )
  const config: AdapterConfig = {
    task: adapterTask,
    base,
    rank,
    strength,
    leftOut: names.filter((name) => tensors[name] === undefined),
    model,
  }
  return { 'config.json': { json: config }, [weightsName]: { tensors: own } }
}
