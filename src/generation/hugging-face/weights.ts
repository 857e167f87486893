/**
 * The weights of a directory: one model.safetensors, or shards that an index names. Tensors stay on
 * the disk until they are asked for. Pickle files are refused: reading one can run code.
 */

import { z } from 'zod'
import type { Tensor } from '../../engine/tensor/tensor.js'
import { StorageError } from '../../errors.js'
import { entryPathFault } from '../../storage/entry-path.js'
import { baseName, type Files, joinPath } from '../../storage/files.js'
import { readJson } from '../../storage/json.js'
import { openSafetensors, type SafetensorsFile } from '../../storage/safetensors.js'

export interface Weights {
  /** What errors name. */
  readonly source: string
  /** As the files have them. */
  readonly names: readonly string[]
  read(name: string): Promise<Tensor>
}

const single = 'model.safetensors'
const indexName = 'model.safetensors.index.json'

const indexSchema = z.looseObject({ weight_map: z.record(z.string(), z.string()) })

/** Opens the weights of a directory. Throws StorageError on missing shards and on pickle files. */
export const openWeights = async (files: Files, folder: string): Promise<Weights> => {
  const path = joinPath(folder, single)
  if ((await files.stat(path)) !== undefined) {
    const file = await openSafetensors(files, path)
    return { source: path, names: [...file.tensors.keys()], read: (name) => file.read(name) }
  }
  const indexPath = joinPath(folder, indexName)
  if ((await files.stat(indexPath)) !== undefined) return openShards(files, folder, indexPath)
  const pickle = (await files.list(folder))
    .map(({ path }) => baseName(path))
    .find((name) => /\.(bin|pt|pth|ckpt|pkl|pickle)(\.index\.json)?$/.test(name))
  throw new StorageError(
    pickle === undefined
      ? `${folder}: expected ${single} or ${indexName}, found neither. Download the weights as well.`
      : `${joinPath(folder, pickle)}: expected ${single}, found a pickle file, which can run code ` +
          'when it is read. Save the model as safetensors, with safe_serialization=True.',
  )
}

const openShards = async (files: Files, folder: string, indexPath: string): Promise<Weights> => {
  const parsed = indexSchema.safeParse(await readJson(files, indexPath))
  if (!parsed.success) {
    throw new StorageError(
      `${indexPath}: expected names of files by tensor under weight_map. Download the file again.`,
    )
  }
  const shardNames = new Map(Object.entries(parsed.data.weight_map))
  const shards = new Map<string, SafetensorsFile>()
  for (const name of new Set(shardNames.values())) {
    const fault = entryPathFault(name, 'model')
    if (fault !== undefined) throw new StorageError(`${indexPath}: ${fault}.`)
    const path = joinPath(folder, name)
    if ((await files.stat(path)) === undefined) {
      throw new StorageError(
        `${path}: expected the shard that ${indexName} names, found nothing. ` +
          'Download all files of the model.',
      )
    }
    shards.set(name, await openSafetensors(files, path))
  }
  return {
    source: indexPath,
    names: [...shardNames.keys()],
    read: async (name) => shards.get(shardNames.get(name)!)!.read(name),
  }
}
