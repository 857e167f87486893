/**
 * The model folder of a classifier of texts: `config.json`, `model.safetensors`, `tokenizer.json`, and
 * `ngrams.safetensors` where n-grams stand beside the network.
 */

import type { Runtime } from '../../engine/runtime/runtime.js'
import { type Files, joinPath } from '../../storage/files.js'
import type { ModelFolder, ModelFolderEntry } from '../../storage/model-folder.js'
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
import { type GramClassifier, gramTensors, readGramTensors } from './linear-classifier.js'
import { createTextClassifier, type TextClassifierModel } from './text-classifier.js'

const gramsName = 'ngrams.safetensors'

interface Grams {
  /** What has a say beside the network, where the configuration has n-grams. */
  readonly grams?: GramClassifier
}

/** A classifier's parts, checked against each other. */
export interface TextClassificationParts extends TextParts<TextClassificationConfig>, Grams {}

/** What stands beside the network in a folder, of a whole model or of an adapter. */
export const gramEntries = ({ grams }: Grams): Record<string, ModelFolderEntry> =>
  grams === undefined ? {} : { [gramsName]: { tensors: gramTensors(grams) } }

/** What a model folder of the model holds. */
export const textClassificationEntries = ({
  grams,
  ...parts
}: TextClassificationParts): Record<string, ModelFolderEntry> => ({
  ...textEntries(parts),
  ...gramEntries(grams === undefined ? {} : { grams }),
})

const kind: TextKind<TextClassificationConfig> = {
  schema: textClassificationSchema,
  parametersOf: (config) => textClassifierOf(config).parameters,
  name: 'a model that sorts texts',
}

/** Reads the parts of a classifier as they are stored. Throws StorageError like the next one. */
export const readStoredTextClassification = async (
  folder: ModelFolder,
): Promise<StoredTextParts<TextClassificationConfig> & Grams> => {
  const parts = await readStoredTextParts(folder, kind)
  const { ngrams, labels } = parts.config
  if (ngrams === undefined) return parts
  const { tensors } = await folder.tensors(gramsName)
  const path = joinPath(folder.path, gramsName)
  return { ...parts, grams: readGramTensors(tensors, { labels: labels.length, path }) }
}

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
