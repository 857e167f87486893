/** Makes a model folder of another project's model, whose format is told by its files. */

import { StorageError } from '../errors.js'
import { type Files, joinPath } from '../storage/files.js'
import { checkPlace, findTask, writeModelFolder } from '../storage/model-folder.js'
import { importHuggingFace } from './hugging-face/import.js'
import { findLlama2c, importLlama2c } from './llama2c/import.js'
import type { ImportedModel } from './text/imported-model.js'
import { languageEntries } from './text/model-folder.js'

/** Reads a model of another project. Throws StorageError on what cannot be read exactly. */
export const readForeignModel = async (files: Files, folder: string): Promise<ImportedModel> => {
  const found = await files.stat(folder)
  if (found?.kind !== 'folder') {
    throw new StorageError(
      `${folder}: expected a folder, found ${found === undefined ? 'nothing' : 'a file'}. ` +
        'Check the path.',
    )
  }
  const task = await findTask(files, folder)
  if (task !== undefined) {
    throw new StorageError(
      `${folder}: expected a model of another project, found one of Tesserae (${task}), which needs ` +
        'no import. Use the folder as it is.',
    )
  }
  if ((await files.stat(joinPath(folder, 'config.json'))) !== undefined) {
    return importHuggingFace(files, folder)
  }
  const llama2c = await findLlama2c(files, folder)
  if (llama2c !== undefined) return importLlama2c(files, llama2c)
  throw new StorageError(
    `${folder}: expected config.json of a Hugging Face directory, or a model and a tokenizer of ` +
      'llama2.c (model.bin and tok*.bin), found neither. Download all files of the model.',
  )
}

/** Writes what was read as a model folder. Throws StorageError where something else is there. */
export const importModel = async (
  files: Files,
  from: string,
  to: string,
): Promise<ImportedModel> => {
  await checkPlace(files, to)
  const model = await readForeignModel(files, from)
  await writeModelFolder(files, to, languageEntries(model), {
    about: { importedFrom: model.format },
  })
  return model
}
