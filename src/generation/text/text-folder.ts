/** What model folders of models of texts have in common: configuration, weights and tokenizer. */

import type { z } from 'zod'
import type { Runtime, Tensors } from '../../engine/runtime/runtime.js'
import { StorageError } from '../../errors.js'
import { listParameters, type ParameterTree } from '../../network/parameters.js'
import { joinPath } from '../../storage/files.js'
import type { ModelFolder, ModelFolderEntry } from '../../storage/model-folder.js'
import { readWeights, type Weights, widenWeights } from '../../storage/weights.js'
import {
  parseTokenizerJson,
  printTokenizerJson,
  type TextTokenizer,
} from '../../tokenizers/text/index.js'
import { readConfig } from '../read-config.js'
import { weightsAtWork } from '../weights-at-work.js'

interface TextConfig {
  readonly network: { readonly vocabularySize: number }
}

/** A model's parts, checked against each other. */
export interface TextParts<Config> {
  readonly config: Config
  readonly tensors: Tensors
  readonly text: TextTokenizer
}

/** The same with weights as they are stored, some of them quantized. */
export interface StoredTextParts<Config> extends Omit<TextParts<Config>, 'tensors'> {
  readonly weights: Weights
}

export interface TextKind<Config> {
  readonly schema: z.ZodType<Config>
  parametersOf(config: Config): ParameterTree
  /** The task that its configuration names. */
  readonly task: string
}

/** What a model folder holds. */
export const textEntries = ({
  config,
  tensors,
  text,
}: TextParts<unknown>): Record<string, ModelFolderEntry> => ({
  'config.json': { json: config },
  'model.safetensors': { tensors: Object.entries(tensors) },
  'tokenizer.json': { text: printTokenizerJson(text) },
})

/** Reads the parts of a model. Throws StorageError on anything missing or damaged. */
export const readStoredTextParts = async <Config extends TextConfig>(
  folder: ModelFolder,
  { schema, parametersOf, task }: TextKind<Config>,
): Promise<StoredTextParts<Config>> => {
  const { path } = folder
  const config = await readConfig(folder, schema, task)
  const wanted = listParameters(parametersOf(config))
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

/** The parts with all weights in float32. */
export const widenTextParts = <Config>({
  weights,
  ...parts
}: StoredTextParts<Config>): TextParts<Config> => ({ ...parts, tensors: widenWeights(weights) })

/** The parts as a model at work takes them. */
export const partsAtWork = <Config>(
  runtime: Runtime,
  { weights, ...parts }: StoredTextParts<Config>,
): TextParts<Config> & { readonly runtime: Runtime } => ({
  ...parts,
  ...weightsAtWork(runtime, weights),
})
