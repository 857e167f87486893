/**
 * Exports a model: its folder once more, with the weights in another precision and hashes of its
 * own. float16 halves files alone, as the loader widens what it reads; a model computes with
 * quantized matrices as they are.
 */

import { z } from 'zod'
import { StorageError } from '../errors.js'
import {
  type QuantizedPrecision,
  quantizedPrecisions,
  quantizeWeights,
} from '../network/quantize-weights.js'
import { baseName, type Files, joinPath } from '../storage/files.js'
import { listTree, manifestName, readManifest } from '../storage/manifest.js'
import {
  checkPlace,
  type ModelFolderEntries,
  type ModelFolderEntry,
  writeModelFolder,
} from '../storage/model-folder.js'
import { openSafetensors, type Precision, type SafetensorsFile } from '../storage/safetensors.js'
import { readAllWeights, weightEntries, widenWeights } from '../storage/weights.js'
import { type OpenedModel, type OpenModelOptions, openModel } from './adapter/open-model.js'

const tasks = [
  'text-image',
  'image-tokenizer',
  'language-model',
  'text-classification',
  'text-pairs',
] as const

/** How weights are stored: numbers of one size, or large matrices quantized and the rest in float16. */
export type ExportPrecision = Precision | QuantizedPrecision

/** Folders inside of a model's are tokenizers of media, whose pixels show what rounding does. */
const precisionInside = (precision: ExportPrecision): Precision =>
  isQuantized(precision) ? 'float16' : precision

const isQuantized = (precision: ExportPrecision): precision is QuantizedPrecision =>
  quantizedPrecisions.some((one) => one === precision)

const storedSchema = z.object({
  precision: z.enum(['float32', 'float16', ...quantizedPrecisions]).catch('float32'),
})

/**
 * How the weights of a model folder are stored, as it was exported; float32 where it was not, and
 * where there is no such folder, of which whoever exports it tells.
 */
export const storedPrecision = async (files: Files, folder: string): Promise<ExportPrecision> => {
  const isThere = (await files.stat(joinPath(folder, manifestName))) !== undefined
  return storedSchema.parse(isThere ? (await readManifest(files, folder)).about : {}).precision
}

export interface ExportedModel {
  /** Bytes of all files. */
  readonly bytesBefore: number
  readonly bytes: number
}

/**
 * Writes the model of a folder to another one, all of it or nothing. Throws StorageError when the
 * folder is damaged or of another kind, when anything is in the other one, or when a weight is too
 * large for the precision.
 */
export const exportModel = async (
  files: Files,
  from: string,
  to: string,
  { precision, ...options }: { readonly precision: ExportPrecision } & OpenModelOptions,
): Promise<ExportedModel> => {
  await checkPlace(files, to)
  const folder = await openModel(files, from, options)
  const { path, about } = folder
  const config = z.object({ task: z.enum(tasks) }).safeParse(await folder.json('config.json'))
  if (!config.success) {
    throw new StorageError(
      `${joinPath(path, 'config.json')}: expected the task ${tasks.join(' or ')}; this is no model ` +
        'that can be exported. Choose the folder that the training run wrote.',
    )
  }
  if (config.data.task === 'image-tokenizer' && isQuantized(precision)) {
    throw new StorageError(
      `${path}: expected float16 or float32 for an image tokenizer, got ${precision}. Pictures would ` +
        'show the difference.',
    )
  }
  const entries = folder.isMerged
    ? await mergedEntries(folder, precision)
    : await entriesOf(files, path, precision)
  await writeModelFolder(files, to, entries, { about: { ...about, precision } })
  return { bytesBefore: await sizeOf(files, path), bytes: await sizeOf(files, to) }
}

/** What an adapter and its base make together, as a folder of its own. */
const mergedEntries = async (
  { names, json, text, openTensors }: OpenedModel,
  precision: ExportPrecision,
): Promise<ModelFolderEntries> => {
  const entries: Record<string, ModelFolderEntry> = {}
  for (const name of names) {
    entries[name] = name.endsWith('.safetensors')
      ? await weightsEntry(await openTensors(name), precision)
      : name === 'config.json'
        ? { json: await json(name) }
        : { text: await text(name) }
  }
  return entries
}

/** What a folder holds, save its manifest, which is written anew. */
const entriesOf = async (
  files: Files,
  folder: string,
  precision: ExportPrecision,
): Promise<ModelFolderEntries> => {
  const entries: Record<string, ModelFolderEntry> = {}
  for (const { path, kind } of await files.list(folder)) {
    const name = baseName(path)
    if (kind === 'file') {
      if (name === manifestName) continue
      entries[name] = name.endsWith('.safetensors')
        ? await weightsEntry(await openSafetensors(files, path), precision)
        : { copyOf: path }
    } else if (await files.stat(joinPath(path, manifestName))) {
      const { about } = await readManifest(files, path)
      const inside = precisionInside(precision)
      entries[name] = {
        entries: await entriesOf(files, path, inside),
        about: { ...about, precision: inside },
      }
    } else {
      entries[name] = { copyOf: path }
    }
  }
  return entries
}

/** A file of weights in another precision. */
const weightsEntry = async (
  file: SafetensorsFile,
  precision: ExportPrecision,
): Promise<ModelFolderEntry> => {
  const { quantized: _, ...metadata } = file.metadata
  const tensors = widenWeights(await readAllWeights(file))
  if (!isQuantized(precision)) return { tensors: Object.entries(tensors), metadata, precision }
  const entries = weightEntries(quantizeWeights(tensors, precision))
  return { ...entries, metadata: { ...metadata, ...entries.metadata }, precision: 'float16' }
}

/** Bytes of all files of a folder. */
export const sizeOf = async (files: Files, folder: string): Promise<number> =>
  (await listTree(files, folder)).reduce((sum, { size }) => sum + size, 0)
