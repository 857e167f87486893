/** The folder of a whole model of words and pictures, and of its image tokenizer. */

import type { Runtime } from '../../src/engine/runtime/runtime.js'
import { textImageEntries } from '../../src/generation/text-image/model-folder.js'
import type { Files } from '../../src/storage/files.js'
import { type ModelFolderEntries, writeModelFolder } from '../../src/storage/model-folder.js'
import { imageTokenizerEntries } from '../../src/tokenizers/image/model-folder.js'
import { tinyTokenizerConfig, tinyTokenizerTensors } from './tiny-image-tokenizer.js'
import { tinyModel } from './tiny-model.js'

/** Writes `model` and `tokenizer`, seeds 7 and 3, with other entries beside those of the model. */
export const writeTinyModel = async (
  files: Files,
  runtime: Runtime,
  others: ModelFolderEntries = {},
): Promise<void> => {
  const { model, config, tensors, text } = await tinyModel(runtime)
  await model.close()
  const image = tinyTokenizerConfig()
  const tokenizer = imageTokenizerEntries(image, tinyTokenizerTensors(image))
  await writeModelFolder(files, 'tokenizer', tokenizer, { about: { seed: 3 } })
  const entries = textImageEntries({ config, tensors, text, imageTokenizer: 'tokenizer' })
  await writeModelFolder(files, 'model', { ...entries, ...others }, { about: { seed: 7 } })
}
