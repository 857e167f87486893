/**
 * The model folder of a classifier of texts: `config.json`, `model.safetensors`, `tokenizer.json`, and
 * `ngrams.safetensors` where n-grams stand beside the network.
 */

import type { Runtime, Tensors } from '../../engine/runtime/runtime.js'
import { StorageError } from '../../errors.js'
import { listParameters } from '../../network/parameters.js'
import { checkTensors } from '../../storage/check-tensors.js'
import { type Files, joinPath } from '../../storage/files.js'
import {
  type ModelFolder,
  type ModelFolderEntry,
  openModelFolder,
} from '../../storage/model-folder.js'
import {
  parseTokenizerJson,
  printTokenizerJson,
  type TextTokenizer,
} from '../../tokenizers/text/index.js'
import {
  type TextClassificationConfig,
  textClassificationSchema,
  textClassifierOf,
} from './config.js'
import { type GramClassifier, gramTensors, readGramTensors } from './linear-classifier.js'
import { createTextClassifier, type TextClassifierModel } from './text-classifier.js'

const gramsName = 'ngrams.safetensors'

/** A classifier's parts, checked against each other. */
export interface TextClassificationParts {
  readonly config: TextClassificationConfig
  readonly tensors: Tensors
  readonly text: TextTokenizer
  readonly grams?: GramClassifier
}

/** What a model folder of the model holds. */
export const textClassificationEntries = ({
  config,
  tensors,
  text,
  grams,
}: TextClassificationParts): Record<string, ModelFolderEntry> => ({
  'config.json': { json: config },
  'model.safetensors': { tensors: Object.entries(tensors) },
  'tokenizer.json': { text: printTokenizerJson(text) },
  ...(grams === undefined ? {} : { [gramsName]: { tensors: gramTensors(grams) } }),
})

/** Reads the parts of a classifier. Throws StorageError on anything missing or damaged. */
export const readTextClassification = async (
  folder: ModelFolder,
): Promise<TextClassificationParts> => {
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
  const { tensors } = await folder.tensors('model.safetensors')
  const wanted = listParameters(textClassifierOf(config).parameters)
  const checked = checkTensors(tensors, wanted, joinPath(path, 'model.safetensors'))
  const tokenizerPath = joinPath(path, 'tokenizer.json')
  const text = parseTokenizerJson(await folder.text('tokenizer.json'), tokenizerPath)
  if (text.vocabularySize > config.network.vocabularySize) {
    throw new StorageError(
      `${tokenizerPath}: expected at most ${config.network.vocabularySize} pieces as config.json ` +
        `says, found ${text.vocabularySize}; the tokenizer does not belong to these weights`,
    )
  }
  if (config.ngrams === undefined) return { config, tensors: checked, text }
  const grams = readGramTensors((await folder.tensors(gramsName)).tensors, {
    labels: config.labels.length,
    path: joinPath(path, gramsName),
  })
  return { config, tensors: checked, text, grams }
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
