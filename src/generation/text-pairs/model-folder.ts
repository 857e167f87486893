/** The model folder of a model of text pairs: `config.json`, `model.safetensors`, `tokenizer.json`. */

import type { Runtime } from '../../engine/runtime/runtime.js'
import type { Files } from '../../storage/files.js'
import { type ModelFolder, openModelFolder } from '../../storage/model-folder.js'
import { readTextParts, type TextParts, textEntries } from '../text/text-folder.js'
import { type TextPairsConfig, textPairsParameters, textPairsSchema } from './config.js'
import { createPairModel, type PairModel } from './pair-model.js'

/** The parts of a model of text pairs, checked against each other. */
export type TextPairsParts = TextParts<TextPairsConfig>

/** What a model folder of the model holds. */
export const textPairsEntries = (parts: TextPairsParts) => textEntries(parts)

/** Reads the parts of such a model. Throws StorageError on anything missing or damaged. */
export const readTextPairs = (folder: ModelFolder): Promise<TextPairsParts> =>
  readTextParts(folder, {
    schema: textPairsSchema,
    parametersOf: textPairsParameters,
    kind: 'a model of text pairs',
  })

/** Opens such a model. Throws StorageError on anything missing or damaged. */
export const openPairModel = async (
  files: Files,
  runtime: Runtime,
  path: string,
): Promise<PairModel> =>
  createPairModel({ runtime, ...(await readTextPairs(await openModelFolder(files, path))) })
