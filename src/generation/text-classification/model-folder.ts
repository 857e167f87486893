/**
 * The model folder of a classifier of texts: `config.json`, `model.safetensors`, `tokenizer.json`, and
 * `linear.safetensors` where a linear classifier stands beside the network.
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
import { type LinearPart, linearTensors, readLinearTensors } from './linear-classifier.js'
import { createTextClassifier, type TextClassifierModel } from './text-classifier.js'

const linearName = 'linear.safetensors'

interface Beside {
  /** What has a say beside the network, where the configuration has it. */
  readonly linear?: LinearPart
}

/** A classifier's parts, checked against each other. */
export interface TextClassificationParts extends TextParts<TextClassificationConfig>, Beside {}

/** What stands beside the network in a folder, of a whole model or of an adapter. */
export const linearEntries = ({ linear }: Beside): Record<string, ModelFolderEntry> =>
  linear === undefined ? {} : { [linearName]: { tensors: linearTensors(linear) } }

/** What a model folder of the model holds. */
export const textClassificationEntries = (
  parts: TextClassificationParts,
): Record<string, ModelFolderEntry> => ({ ...textEntries(parts), ...linearEntries(parts) })

const kind: TextKind<TextClassificationConfig> = {
  schema: textClassificationSchema,
  parametersOf: (config) => textClassifierOf(config).parameters,
  task: 'text-classification',
}

/** Reads the parts of a classifier as they are stored. Throws StorageError like the next one. */
export const readStoredTextClassification = async (
  folder: ModelFolder,
): Promise<StoredTextParts<TextClassificationConfig> & Beside> => {
  const parts = await readStoredTextParts(folder, kind)
  if (parts.config.linear === undefined) return parts
  const { tensors } = await folder.tensors(linearName)
  const path = joinPath(folder.path, linearName)
  return { ...parts, linear: readLinearTensors(tensors, parts.config, path) }
}

/**
 * Reads the parts of a classifier, all weights in float32. Throws StorageError on anything missing or
 * damaged.
 */
export const readTextClassification = async (
  folder: ModelFolder,
): Promise<TextClassificationParts> => widenTextParts(await readStoredTextClassification(folder))

/** Puts the classifier of a folder to work. Throws StorageError on anything missing or damaged. */
export const createStoredTextClassifier = async (
  runtime: Runtime,
  folder: ModelFolder,
): Promise<TextClassifierModel> =>
  createTextClassifier(partsAtWork(runtime, await readStoredTextClassification(folder)))

/**
 * Opens a classifier, also one that an adapter makes of its base. Throws StorageError on anything
 * missing or damaged.
 */
export const openTextClassifier = async (
  files: Files,
  runtime: Runtime,
  path: string,
  options: OpenModelOptions = {},
): Promise<TextClassifierModel> =>
  createStoredTextClassifier(runtime, await openModel(files, path, options))
