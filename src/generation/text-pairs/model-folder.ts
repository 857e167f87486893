/** The model folder of a model of text pairs: `config.json`, `model.safetensors`, `tokenizer.json`. */

import type { Runtime } from '../../engine/runtime/runtime.js'
import type { Files } from '../../storage/files.js'
import type { ModelFolder } from '../../storage/model-folder.js'
import { type OpenModelOptions, openModel } from '../adapter/open-model.js'
import {
  partsAtWork,
  readStoredTextParts,
  type StoredTextParts,
  type TextParts,
  textEntries,
  widenTextParts,
} from '../text/text-folder.js'
import { type TextPairsConfig, textPairsParameters, textPairsSchema } from './config.js'
import { createPairModel, type PairModel } from './pair-model.js'

/** The parts of a model of text pairs, checked against each other. */
export type TextPairsParts = TextParts<TextPairsConfig>

/** What a model folder of the model holds. */
export const textPairsEntries = (parts: TextPairsParts) => textEntries(parts)

/** Reads the parts of such a model as they are stored. Throws StorageError like the next one. */
export const readStoredTextPairs = (
  folder: ModelFolder,
): Promise<StoredTextParts<TextPairsConfig>> =>
  readStoredTextParts(folder, {
    schema: textPairsSchema,
    parametersOf: textPairsParameters,
    task: 'text-pairs',
  })

/** Reads the parts of such a model, all weights in float32. Throws StorageError on anything missing or damaged. */
export const readTextPairs = async (folder: ModelFolder): Promise<TextPairsParts> =>
  widenTextParts(await readStoredTextPairs(folder))

/** Puts the model of a folder to work. Throws StorageError on anything missing or damaged. */
export const createStoredPairModel = async (
  runtime: Runtime,
  folder: ModelFolder,
): Promise<PairModel> => createPairModel(partsAtWork(runtime, await readStoredTextPairs(folder)))

/**
 * Opens such a model, also one that an adapter makes of its base. Throws StorageError on anything
 * missing or damaged.
 */
export const openPairModel = async (
  files: Files,
  runtime: Runtime,
  path: string,
  options: OpenModelOptions = {},
): Promise<PairModel> => createStoredPairModel(runtime, await openModel(files, path, options))
