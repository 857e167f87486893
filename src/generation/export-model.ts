/**
 * Exports a model: its folder once more, with the weights in another precision and hashes of its
 * own. What the model computes with stays float32; the loader widens what it reads.
 */

import { z } from 'zod'
import { StorageError } from '../errors.js'
import { baseName, type Files, joinPath } from '../storage/files.js'
import { listTree, manifestName, readManifest } from '../storage/manifest.js'
import {
  type ModelFolderEntries,
  type ModelFolderEntry,
  openModelFolder,
  writeModelFolder,
} from '../storage/model-folder.js'
import { type Precision, readSafetensors } from '../storage/safetensors.js'

const tasks = ['text-image', 'image-tokenizer', 'language-model'] as const

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
  { precision }: { readonly precision: Precision },
): Promise<ExportedModel> => {
  const { path, about, json } = await openModelFolder(files, from)
  const config = z.object({ task: z.enum(tasks) }).safeParse(await json('config.json'))
  if (!config.success) {
    throw new StorageError(
      `${joinPath(path, 'config.json')}: expected the task ${tasks.join(' or ')}; this is no model ` +
        'that can be exported. Choose the folder that the training run wrote.',
    )
  }
  const entries = await entriesOf(files, path, precision)
  await writeModelFolder(files, to, entries, { about: { ...about, precision } })
  return { bytesBefore: await sizeOf(files, path), bytes: await sizeOf(files, to) }
}

/** What a folder holds, save its manifest, which is written anew. */
const entriesOf = async (
  files: Files,
  folder: string,
  precision: Precision,
): Promise<ModelFolderEntries> => {
  const entries: Record<string, ModelFolderEntry> = {}
  for (const { path, kind } of await files.list(folder)) {
    const name = baseName(path)
    if (kind === 'file') {
      if (name === manifestName) continue
      entries[name] = name.endsWith('.safetensors')
        ? { ...(await readSafetensors(files, path)), precision }
        : { copyOf: path }
    } else if (await files.stat(joinPath(path, manifestName))) {
      const { about } = await readManifest(files, path)
      entries[name] = {
        entries: await entriesOf(files, path, precision),
        about: { ...about, precision },
      }
    } else {
      entries[name] = { copyOf: path }
    }
  }
  return entries
}

/** Bytes of all files of a folder. */
export const sizeOf = async (files: Files, folder: string): Promise<number> =>
  (await listTree(files, folder)).reduce((sum, { size }) => sum + size, 0)
