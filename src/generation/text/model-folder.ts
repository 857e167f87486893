/** The model folder of a language model: `config.json`, `model.safetensors`, `tokenizer.json`. */

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
import { type LanguageConfig, languageModelOf, languageSchema } from './config.js'
import { createTextModel, type TextModel } from './text-model.js'

/** What a model folder of the model holds. */
export const languageEntries = ({
  config,
  tensors,
  text,
}: {
  config: LanguageConfig
  tensors: Tensors
  text: TextTokenizer
}): Record<string, ModelFolderEntry> => ({
  'config.json': { json: config },
  'model.safetensors': { tensors: Object.entries(tensors) },
  'tokenizer.json': { text: printTokenizerJson(text) },
})

/** A language model's parts, checked against each other. */
export interface LanguageParts {
  readonly config: LanguageConfig
  readonly tensors: Tensors
  readonly text: TextTokenizer
}

/** The same with weights as they are stored, some of them quantized. */
export interface StoredLanguageParts extends Omit<LanguageParts, 'tensors'> {
  readonly weights: Weights
}

/** Reads the parts of a language model as they are stored. Throws StorageError like the next one. */
export const readStoredLanguageModel = async (
  folder: ModelFolder,
): Promise<StoredLanguageParts> => {
  const { path } = folder
  const parsed = languageSchema.safeParse(await folder.json('config.json'))
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new StorageError(
      `${joinPath(path, 'config.json')}: ${issue?.path.join('.')}: ${issue?.message}; ` +
        'this is not the folder of a language model',
    )
  }
  const config = parsed.data
  const wanted = listParameters(languageModelOf(config).parameters)
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
 * Reads the parts of a language model, all weights in float32. Throws StorageError on anything
 * missing or damaged.
 */
export const readLanguageModel = async (folder: ModelFolder): Promise<LanguageParts> => {
  const { weights, ...parts } = await readStoredLanguageModel(folder)
  return { ...parts, tensors: widenWeights(weights) }
}

/**
 * Opens a language model, also one that an adapter makes of its base. Throws StorageError on anything
 * missing or damaged.
 */
export const openTextModel = async (
  files: Files,
  runtime: Runtime,
  path: string,
  options: OpenModelOptions = {},
): Promise<TextModel> => {
  const { weights, ...parts } = await readStoredLanguageModel(await openModel(files, path, options))
  return createTextModel({
    runtime: withQuantizedInputs(runtime, weights.quantized),
    tensors: weights.tensors,
    ...parts,
  })
}
