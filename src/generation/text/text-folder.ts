/** What model folders of models of texts have in common: configuration, weights and tokenizer. */

import type { z } from 'zod'
import type { Tensors } from '../../engine/runtime/runtime.js'
import { StorageError } from '../../errors.js'
import { listParameters, type ParameterTree } from '../../network/parameters.js'
import { checkTensors } from '../../storage/check-tensors.js'
import { joinPath } from '../../storage/files.js'
import type { ModelFolder, ModelFolderEntry } from '../../storage/model-folder.js'
import {
  parseTokenizerJson,
  printTokenizerJson,
  type TextTokenizer,
} from '../../tokenizers/text/index.js'

interface TextConfig {
  readonly network: { readonly vocabularySize: number }
}

/** A model's parts, checked against each other. */
export interface TextParts<Config> {
  readonly config: Config
  readonly tensors: Tensors
  readonly text: TextTokenizer
}

export interface TextKind<Config> {
  readonly schema: z.ZodType<Config>
  parametersOf(config: Config): ParameterTree
  /** For errors: "a language model". */
  readonly kind: string
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
export const readTextParts = async <Config extends TextConfig>(
  folder: ModelFolder,
  { schema, parametersOf, kind }: TextKind<Config>,
): Promise<TextParts<Config>> => {
  const { path } = folder
  const parsed = schema.safeParse(await folder.json('config.json'))
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new StorageError(
      `${joinPath(path, 'config.json')}: ${issue?.path.join('.')}: ${issue?.message}; ` +
        `this is not the folder of ${kind}`,
    )
  }
  const config = parsed.data
  const { tensors } = await folder.tensors('model.safetensors')
  const wanted = listParameters(parametersOf(config))
  const checked = checkTensors(tensors, wanted, joinPath(path, 'model.safetensors'))
  const tokenizerPath = joinPath(path, 'tokenizer.json')
  const text = parseTokenizerJson(await folder.text('tokenizer.json'), tokenizerPath)
  if (text.vocabularySize > config.network.vocabularySize) {
    throw new StorageError(
      `${tokenizerPath}: expected at most ${config.network.vocabularySize} pieces as config.json ` +
        `says, found ${text.vocabularySize}; the tokenizer does not belong to these weights`,
    )
  }
  return { config, tensors: checked, text }
}
