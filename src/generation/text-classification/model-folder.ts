/**
 * The model folder of a classifier of texts: `config.json`, `model.safetensors`, `tokenizer.json`, and
 * `ngrams.safetensors` where n-grams stand beside the network.
 */

import type { Runtime } from '../../engine/runtime/runtime.js'
import { type Files, joinPath } from '../../storage/files.js'
import {
  type ModelFolder,
  type ModelFolderEntry,
  openModelFolder,
} from '../../storage/model-folder.js'
import { readTextParts, type TextParts, textEntries } from '../text/text-folder.js'
import {
  type TextClassificationConfig,
  textClassificationSchema,
  textClassifierOf,
} from './config.js'
import { type GramClassifier, gramTensors, readGramTensors } from './linear-classifier.js'
import { createTextClassifier, type TextClassifierModel } from './text-classifier.js'

const gramsName = 'ngrams.safetensors'

/** A classifier's parts, checked against each other. */
export interface TextClassificationParts extends TextParts<TextClassificationConfig> {
  /** What has a say beside the network, where the configuration has n-grams. */
  readonly grams?: GramClassifier
}

/** What a model folder of the model holds. */
export const textClassificationEntries = ({
  grams,
  ...parts
}: TextClassificationParts): Record<string, ModelFolderEntry> => ({
  ...textEntries(parts),
  ...(grams === undefined ? {} : { [gramsName]: { tensors: gramTensors(grams) } }),
})

/** Reads the parts of a classifier. Throws StorageError on anything missing or damaged. */
export const readTextClassification = async (
  folder: ModelFolder,
): Promise<TextClassificationParts> => {
  const parts = await readTextParts(folder, {
    schema: textClassificationSchema,
    parametersOf: (config) => textClassifierOf(config).parameters,
    kind: 'a model that sorts texts',
  })
  const { ngrams, labels } = parts.config
  if (ngrams === undefined) return parts
  const { tensors } = await folder.tensors(gramsName)
  const path = joinPath(folder.path, gramsName)
  return { ...parts, grams: readGramTensors(tensors, { labels: labels.length, path }) }
}

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
