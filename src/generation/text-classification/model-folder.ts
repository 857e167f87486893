/** The model folder of a classifier of texts: `config.json`, `model.safetensors`, `tokenizer.json`. */

import type { Runtime } from '../../engine/runtime/runtime.js'
import type { Files } from '../../storage/files.js'
import type { ModelFolder } from '../../storage/model-folder.js'
import { type OpenModelOptions, openModel } from '../adapter/open-model.js'
import {
  partsAtWork,
  readStoredTextParts,
  type StoredTextParts,
  type TextKind,
  type TextParts,
  textEntries,
  widenTextParts,
} from '../text/text-folder.js'
import {
  type TextClassificationConfig,
  textClassificationSchema,
  textClassifierOf,
} from './config.js'
import { createTextClassifier, type TextClassifierModel } from './text-classifier.js'

/** A classifier's parts, checked against each other. */
export type TextClassificationParts = TextParts<TextClassificationConfig>

/** What a model folder of the model holds. */
export const textClassificationEntries = (parts: TextClassificationParts) => textEntries(parts)

const kind: TextKind<TextClassificationConfig> = {
  schema: textClassificationSchema,
  parametersOf: (config) => textClassifierOf(config).parameters,
  name: 'a model that sorts texts',
}

/** Reads the parts of a classifier as they are stored. Throws StorageError like the next one. */
export const readStoredTextClassification = (
  folder: ModelFolder,
): Promise<StoredTextParts<TextClassificationConfig>> => readStoredTextParts(folder, kind)

/**
 * Reads the parts of a classifier, all weights in float32. Throws StorageError on anything missing or
 * damaged.
 */
export const readTextClassification = async (
  folder: ModelFolder,
): Promise<TextClassificationParts> => widenTextParts(await readStoredTextClassification(folder))

/**
 * Opens a classifier, also one that an adapter makes of its base. Throws StorageError on anything
 * missing or damaged.
 */
export const openTextClassifier = async (
  files: Files,
  runtime: Runtime,
  path: string,
  options: OpenModelOptions = {},
): Promise<TextClassifierModel> => {
  const folder = await openModel(files, path, options)
  return createTextClassifier(partsAtWork(runtime, await readStoredTextClassification(folder)))
}
