/** The model folder of a language model: `config.json`, `model.safetensors`, `tokenizer.json`. */

import type { Runtime } from '../../engine/runtime/runtime.js'
import type { Files } from '../../storage/files.js'
import { type ModelFolder, openModelFolder } from '../../storage/model-folder.js'
import { type LanguageConfig, languageModelOf, languageSchema } from './config.js'
import { readTextParts, type TextParts, textEntries } from './text-folder.js'
import { createTextModel, type TextModel } from './text-model.js'

/** A language model's parts, checked against each other. */
export type LanguageParts = TextParts<LanguageConfig>

/** What a model folder of the model holds. */
export const languageEntries = (parts: LanguageParts) => textEntries(parts)

/** Reads the parts of a language model. Throws StorageError on anything missing or damaged. */
export const readLanguageModel = (folder: ModelFolder): Promise<LanguageParts> =>
  readTextParts(folder, {
    schema: languageSchema,
    parametersOf: (config) => languageModelOf(config).parameters,
    kind: 'a language model',
  })

/** Opens a language model. Throws StorageError on anything missing or damaged. */
export const openTextModel = async (
  files: Files,
  runtime: Runtime,
  path: string,
): Promise<TextModel> =>
  createTextModel({ runtime, ...(await readLanguageModel(await openModelFolder(files, path))) })
