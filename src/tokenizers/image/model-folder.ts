/** The image tokenizer's model folder: `config.json` and `model.safetensors`. */

import { z } from 'zod'
import type { Runtime, Tensors } from '../../engine/runtime/runtime.js'
import { StorageError } from '../../errors.js'
import { listParameters } from '../../network/parameters.js'
import { joinPath } from '../../storage/files.js'
import { firstFault } from '../../storage/json.js'
import { type ModelFolder, type ModelFolderEntry, readTask } from '../../storage/model-folder.js'
import { readWeights, widenWeights } from '../../storage/weights.js'
import { autoencoderOf, type ImageTokenizerConfig, imageTokenizerSchema } from './config.js'
import { createImageTokenizer, type ImageTokenizer } from './image-tokenizer.js'

const task = 'image-tokenizer'

/** The configuration as the folder writes it. */
const folderSchema = imageTokenizerSchema.safeExtend({ task: z.literal(task) })

/** What a model folder of the tokenizer holds. */
export const imageTokenizerEntries = (
  config: ImageTokenizerConfig,
  tensors: Tensors,
): Record<string, ModelFolderEntry> => ({
  'config.json': { json: { task, ...config } },
  'model.safetensors': { tensors: Object.entries(tensors) },
})

/** Reads what a tokenizer is. Throws StorageError when the folder holds another kind of model. */
export const readImageTokenizerConfig = async (
  folder: ModelFolder,
): Promise<ImageTokenizerConfig> => {
  const path = joinPath(folder.path, 'config.json')
  const found = (await readTask(folder)) ?? 'none'
  if (found !== task) {
    throw new StorageError(
      `${path}: expected the task ${task}, found ${found}; choose the folder of an image tokenizer`,
    )
  }
  const parsed = folderSchema.safeParse(await folder.json('config.json'))
  if (!parsed.success) {
    throw new StorageError(
      `${path}: ${firstFault(parsed.error)}; the file is not as it was written`,
    )
  }
  const { task: _, ...config } = parsed.data
  return config
}

/** Reads the tokenizer of a model folder. Throws StorageError when it is another kind of model. */
export const readImageTokenizer = async (
  runtime: Runtime,
  folder: ModelFolder,
): Promise<{ tokenizer: ImageTokenizer; config: ImageTokenizerConfig }> => {
  const config = await readImageTokenizerConfig(folder)
  const wanted = listParameters(autoencoderOf(config).parameters)
  const weights = await readWeights(await folder.openTensors('model.safetensors'), wanted)
  const tensors = widenWeights(weights)
  return { tokenizer: await createImageTokenizer({ runtime, config, tensors }), config }
}
