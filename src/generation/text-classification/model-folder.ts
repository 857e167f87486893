/** The model folder of a classifier of texts: `config.json`, `model.safetensors`, `tokenizer.json`. */

import { withQuantizedInputs } from '../../engine/runtime/quantized-runtime.js'
import type { Runtime, Tensors } from '../../engine/runtime/runtime.js'
import { StorageError } from '../../errors.js'
import { listParameters } from '../../network/parameters.js'
import { type Files, joinPath } from '../../storage/files.js'
import type { ModelFolder, ModelFolderEntry } from '../../storage/model-folder.js'
import { readWeights, type Weights, widenWeights } from '../../storage/weights.js'
import {
  parseTokenizerJson,
  printTokenizerJson,
  type TextTokenizer,
} from '../../tokenizers/text/index.js'
import { type OpenModelOptions, openModel } from '../adapter/open-model.js'
import {
  type TextClassificationConfig,
  textClassificationSchema,
  textClassifierOf,
} from './config.js'
import { createTextClassifier, type TextClassifierModel } from './text-classifier.js'

/** A classifier's parts, checked against each other. */
export interface TextClassificationParts {
  readonly config: TextClassificationConfig
  readonly tensors: Tensors
  readonly text: TextTokenizer
}

/** What a model folder of the model holds. */
export const textClassificationEntries = ({
  config,
  tensors,
  text,
}: TextClassificationParts): Record<string, ModelFolderEntry> => ({
  'config.json': { json: config },
  'model.safetensors': { tensors: Object.entries(tensors) },
  'tokenizer.json': { text: printTokenizerJson(text) },
})

/** The same with weights as they are stored, some of them quantized. */
export interface StoredTextClassificationParts extends Omit<TextClassificationParts, 'tensors'> {
  readonly weights: Weights
}

/** Reads the parts of a classifier as they are stored. Throws StorageError like the next one. */
export const readStoredTextClassification = async (
  folder: ModelFolder,
): Promise<StoredTextClassificationParts> => {
  const { path } = folder
  const parsed = textClassificationSchema.safeParse(await folder.json('config.json'))
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new StorageError(
      `${joinPath(path, 'config.json')}: ${issue?.path.join('.')}: ${issue?.message}; ` +
        'this is not the folder of a model that sorts texts',
    )
  }
  const config = parsed.data
  const wanted = listParameters(textClassifierOf(config).parameters)
  const weights = await readWeights(await folder.openTensors('model.safetensors'), wanted)
  const tokenizerPath = joinPath(path, 'tokenizer.json')
  const text = parseTokenizerJson(await folder.text('tokenizer.json'), tokenizerPath)
  if (text.vocabularySize > config.network.vocabularySize) {
    throw new StorageError(
      `${tokenizerPath}: expected at most ${config.network.vocabularySize} pieces as config.json ` +
        `says, found ${text.vocabularySize}; the tokenizer does not belong to these weights`,
    )
  }
  return { config, weights, text }
}

/**
 * Reads the parts of a classifier, all weights in float32. Throws StorageError on anything missing or
 * damaged.
 */
export const readTextClassification = async (
  folder: ModelFolder,
): Promise<TextClassificationParts> => {
  const { weights, ...parts } = await readStoredTextClassification(folder)
  return { ...parts, tensors: widenWeights(weights) }
}

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
  const { weights, ...parts } = await readStoredTextClassification(folder)
  return createTextClassifier({
    runtime: withQuantizedInputs(runtime, weights.quantized),
    tensors: weights.tensors,
    ...parts,
  })
}
