/**
 * Opens a model folder, or an adapter's folder as the whole model that it makes with its base: what
 * reads a model sees no difference.
 */

import { isSameShape, printShape, type Shape } from '../../engine/tensor/shape.js'
import { ofDtype, type Tensor } from '../../engine/tensor/tensor.js'
import { StorageError } from '../../errors.js'
import { adapterNames, isAdapterName, mergeAdapter } from '../../network/adapters.js'
import { type Files, joinPath } from '../../storage/files.js'
import { firstFault } from '../../storage/json.js'
import { readManifest } from '../../storage/manifest.js'
import { type ModelFolder, openModelFolder, readTask } from '../../storage/model-folder.js'
import type { SafetensorsFile } from '../../storage/safetensors.js'
import { readAllWeights, widenWeights } from '../../storage/weights.js'
import { type AdapterConfig, adapterSchema, adapterTask } from './config.js'
import { weightsName } from './entries.js'

export interface OpenModelOptions {
  /** Of an adapter: the folder of the model that it was trained beside; where it was by default. */
  readonly base?: string
}

/** A model folder as it is read; of an adapter, with what was merged. */
export interface OpenedModel extends ModelFolder {
  readonly isMerged: boolean
}

/**
 * Opens the folder of a model or of an adapter. Throws StorageError where a folder is missing or
 * damaged, and where the base is not the model that the adapter was trained beside.
 */
export const openModel = async (
  files: Files,
  path: string,
  { base }: OpenModelOptions = {},
): Promise<OpenedModel> => {
  const folder = await openModelFolder(files, path)
  const task = await readTask(folder)
  if (task !== adapterTask) {
    if (base === undefined) return { ...folder, isMerged: false }
    throw new StorageError(
      `${folder.path}: expected an adapter to go with the base ${base}, found the task ${task}. ` +
        'Leave out the base, or choose the adapter’s folder.',
    )
  }
  const parsed = adapterSchema.safeParse(await folder.json('config.json'))
  if (!parsed.success) {
    throw new StorageError(
      `${joinPath(folder.path, 'config.json')}: ${firstFault(parsed.error)}; ` +
        'this is not the folder of an adapter as it was written',
    )
  }
  return mergedFolder(files, folder, parsed.data, base)
}

/** The base's folder, if its weights are those that the adapter was trained beside. */
const openBase = async (
  files: Files,
  adapter: ModelFolder,
  { base }: AdapterConfig,
  given: string | undefined,
): Promise<ModelFolder> => {
  const path = given ?? base.folder
  if (given === undefined && (await files.stat(path)) === undefined) {
    throw new StorageError(
      `${adapter.path}: its base was at ${path}, where nothing is any more. Put it back, or say where it is now by the option base.`,
    )
  }
  const folder = await openModelFolder(files, path)
  const found = (await readManifest(files, folder.path)).files[weightsName]?.sha256
  if (found === base.sha256) return folder
  throw new StorageError(
    `${adapter.path}: it was trained beside ${base.folder}, whose ${weightsName} has the SHA-256 ` +
      `${base.sha256.slice(0, 12)}…; that of ${path} has ${found?.slice(0, 12) ?? 'none'}…. Choose the ` +
      'model that it was trained beside.',
  )
}

const mergedFolder = async (
  files: Files,
  adapter: ModelFolder,
  config: AdapterConfig,
  given: string | undefined,
): Promise<OpenedModel> => {
  const base = await openBase(files, adapter, config, given)
  const shared = ['config.json', weightsName, 'tokenizer.json']
  const openTensors = async (name: string) =>
    name === weightsName ? mergedFile(adapter, base, config) : adapter.openTensors(name)
  return {
    ...adapter,
    isMerged: true,
    names: [...shared, ...adapter.names.filter((name) => !shared.includes(name))],
    json: async (name) => (name === 'config.json' ? config.model : adapter.json(name)),
    text: (name) => (name === 'tokenizer.json' ? base : adapter).text(name),
    openTensors,
    async tensors(name) {
      const file = await openTensors(name)
      const read = Array.from(file.tensors.keys(), async (name) => {
        return [name, await file.read(name)] as const
      })
      return { metadata: {}, tensors: new Map(await Promise.all(read)) }
    },
  }
}

/** The weights of both together, merged tensor by tensor. */
const mergedFile = async (
  adapter: ModelFolder,
  base: ModelFolder,
  config: AdapterConfig,
): Promise<SafetensorsFile> => {
  const own = await adapter.openTensors(weightsName)
  const standing = widenWeights(await readAllWeights(await base.openTensors(weightsName)))
  for (const name of config.leftOut) delete standing[name]
  const shapeOf = (name: string): Shape | undefined =>
    own.tensors.get(name)?.shape ?? standing[name]?.shape
  checkFactors(own, shapeOf, config)
  const names = new Set([
    ...Object.keys(standing),
    ...Array.from(own.tensors.keys()).filter((name) => !isAdapterName(name)),
  ])
  // Nothing of it is at a place in a file.
  const entries = Array.from(names, (name) => {
    return [name, { type: 'F32', shape: shapeOf(name)!, start: 0, end: 0 }] as const
  })
  const read = async (name: string): Promise<Tensor> => {
    const { down, up } = adapterNames(name)
    const tensor = own.tensors.has(name) ? await own.read(name) : standing[name]!
    if (!own.tensors.has(down)) return tensor
    // Factors and what they are beside were checked to be float32.
    const [first, second] = [await own.read(down), await own.read(up)]
    return mergeAdapter(
      ofDtype(tensor, 'float32'),
      { down: ofDtype(first, 'float32'), up: ofDtype(second, 'float32') },
      config,
    )
  }
  return {
    path: own.path,
    metadata: {},
    tensors: new Map(entries),
    read,
    readRaw: async (name) => {
      const { data } = await read(name)
      return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    },
  }
}

/** Throws StorageError unless each adapter has two factors that fit what they are beside. */
const checkFactors = (
  { path, tensors }: SafetensorsFile,
  shapeOf: (name: string) => Shape | undefined,
  { rank }: AdapterConfig,
): void => {
  const beside = new Set(
    Array.from(tensors.keys()).flatMap((name) =>
      isAdapterName(name) ? [name.slice(name.indexOf('/') + 1)] : [],
    ),
  )
  for (const name of beside) {
    const { down, up } = adapterNames(name)
    const [rows = 0, columns = 0] = shapeOf(name) ?? []
    for (const [factor, shape] of [
      [down, [rows, rank]],
      [up, [rank, columns]],
    ] as const) {
      const found = tensors.get(factor)
      if (found?.type === 'F32' && isSameShape(found.shape, shape)) continue
      throw new StorageError(
        `${path}: tensor ${factor}: expected F32 ${printShape(shape)} beside ${name}, found ` +
          `${found === undefined ? 'nothing' : `${found.type} ${printShape(found.shape)}`}. ` +
          'The adapter does not belong to this base; copy both again.',
      )
    }
  }
}
