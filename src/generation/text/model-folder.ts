/** The model folder of a language model: `config.json`, `model.safetensors`, `tokenizer.json`. */

import type { Runtime } from '../../engine/runtime/runtime.js'
import type { Files } from '../../storage/files.js'
import type { ModelFolder } from '../../storage/model-folder.js'
import { type OpenModelOptions, openModel } from '../adapter/open-model.js'
import { type LanguageConfig, languageModelOf, languageSchema } from './config.js'
import {
  partsAtWork,
  readStoredTextParts,
  type StoredTextParts,
  type TextKind,
  type TextParts,
  textEntries,
  widenTextParts,
} from './text-folder.js'
import { createTextModel, type TextModel } from './text-model.js'

/** A language model's parts, checked against each other. */
export type LanguageParts = TextParts<LanguageConfig>

/** What a model folder of the model holds. */
export const languageEntries = (parts: LanguageParts) => textEntries(parts)

const kind: TextKind<LanguageConfig> = {
  schema: languageSchema,
  parametersOf: (config) => languageModelOf(config).parameters,
  task: 'language-model',
}

/** Reads the parts of a language model as they are stored. Throws StorageError like the next one. */
export const readStoredLanguageModel = (
  folder: ModelFolder,
): Promise<StoredTextParts<LanguageConfig>> => readStoredTextParts(folder, kind)

/**
 * Reads the parts of a language model, all weights in float32. Throws StorageError on anything
 * missing or damaged.
 */
export const readLanguageModel = async (folder: ModelFolder): Promise<LanguageParts> =>
  widenTextParts(await readStoredLanguageModel(folder))

/** Puts the model of a folder to work. Throws StorageError on anything missing or damaged. */
export const createStoredTextModel = async (
  runtime: Runtime,
  folder: ModelFolder,
): Promise<TextModel> =>
  createTextModel(partsAtWork(runtime, await readStoredLanguageModel(folder)))

/**
 * Opens a language model, also one that an adapter makes of its base. Throws StorageError on anything
 * missing or damaged.
 */
export const openTextModel = async (
  files: Files,
  runtime: Runtime,
  path: string,
  options: OpenModelOptions = {},
): Promise<TextModel> => createStoredTextModel(runtime, await openModel(files, path, options))
