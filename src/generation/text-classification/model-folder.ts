/** The model folder of a classifier of texts: `config.json`, `model.safetensors`, `tokenizer.json`. */

import type { Runtime } from '../../engine/runtime/runtime.js'
import type { Files } from '../../storage/files.js'
import { type ModelFolder, openModelFolder } from '../../storage/model-folder.js'
import { readTextParts, type TextParts, textEntries } from '../text/text-folder.js'
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

/** Reads the parts of a classifier. Throws StorageError on anything missing or damaged. */
export const readTextClassification = (folder: ModelFolder): Promise<TextClassificationParts> =>
  readTextParts(folder, {
    schema: textClassificationSchema,
    parametersOf: (config) => textClassifierOf(config).parameters,
    kind: 'a model that sorts texts',
  })

/** Opens a classifier. Throws StorageError on anything missing or damaged. */
export const openTextClassifier = async (
  files: Files,
  runtime: Runtime,
  path: string,
): Promise<TextClassifierModel> =>
  createTextClassifier({
    runtime,
    ...(await readTextClassification(await openModelFolder(files, path))),
  })
