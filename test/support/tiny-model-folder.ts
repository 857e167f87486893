/** The folders of whole models of words and pictures or clips, and of their image tokenizers. */

import type { Runtime } from '../../src/engine/runtime/runtime.js'
import { textImageEntries } from '../../src/generation/text-image/model-folder.js'
import type { Files } from '../../src/storage/files.js'
import { type ModelFolderEntries, writeModelFolder } from '../../src/storage/model-folder.js'
import type { ImageTokenizerConfig } from '../../src/tokenizers/image/config.js'
import { imageTokenizerEntries } from '../../src/tokenizers/image/model-folder.js'
import { glowingQuestions } from './glowing-clips.js'
import {
  tinyClipConfig,
  tinyTokenizerConfig,
  tinyTokenizerTensors,
} from './tiny-image-tokenizer.js'
import { tinyClipModel, tinyModel } from './tiny-model.js'

/** Writes `model` and `tokenizer`, seeds 7 and 3, with other entries beside those of the model. */
export const writeTinyModel = async (
  files: Files,
  runtime: Runtime,
  others: ModelFolderEntries = {},
): Promise<void> => {
  const { model, config, tensors, text } = await tinyModel(runtime)
  await model.close()
  await writeTokenizer(files, 'tokenizer', tinyTokenizerConfig())
  const entries = textImageEntries({ config, tensors, text, imageTokenizer: 'tokenizer' })
  await writeModelFolder(files, 'model', { ...entries, ...others }, { about: { seed: 7 } })
}

/** Writes `clips` and `clip-tokenizer`: a model that is asked what glows. */
export const writeTinyClipModel = async (files: Files, runtime: Runtime): Promise<void> => {
  const { model, config, tensors, text } = await tinyClipModel(runtime)
  await model.close()
  await writeTokenizer(files, 'clip-tokenizer', tinyClipConfig())
  const parts = { config, tensors, text, questions: glowingQuestions }
  const entries = textImageEntries({ ...parts, imageTokenizer: 'clip-tokenizer' })
  await writeModelFolder(files, 'clips', entries)
}

const writeTokenizer = (files: Files, path: string, image: ImageTokenizerConfig): Promise<void> =>
  writeModelFolder(files, path, imageTokenizerEntries(image, tinyTokenizerTensors(image)), {
    about: { seed: 3 },
  })
