/** Writes a language model's folder once more, as a directory of Hugging Face's library. */

import type { Files } from '../storage/files.js'
import { checkPlace, writeModelFolder } from '../storage/model-folder.js'
import type { Precision } from '../storage/safetensors.js'
import { type OpenModelOptions, openModel } from './adapter/open-model.js'
import { type ExportedModel, sizeOf } from './export-model.js'
import { huggingFaceEntries } from './hugging-face/export.js'
import { readLanguageModel } from './text/model-folder.js'

/**
 * Exports a model; gives the architecture's name. Throws StorageError where no architecture says
 * what the model computes, or anything is at the place already.
 */
export const exportHuggingFace = async (
  files: Files,
  from: string,
  to: string,
  { precision = 'float32', ...options }: { readonly precision?: Precision } & OpenModelOptions = {},
): Promise<ExportedModel & { readonly architecture: string }> => {
  await checkPlace(files, to)
  const model = await readLanguageModel(await openModel(files, from, options))
  const { architecture, entries } = huggingFaceEntries(model, from, precision)
  await writeModelFolder(files, to, entries, { about: { exportedAs: architecture } })
  return { architecture, bytesBefore: await sizeOf(files, from), bytes: await sizeOf(files, to) }
}
