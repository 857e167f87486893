/** Prepares the run of an image tokenizer. */

import { imageTokenizerEntries } from '../../../tokenizers/image/model-folder.js'
import {
  createImageTokenizerTask,
  tokenizerTensors,
} from '../../../training/tasks/image-tokenizer/image-tokenizer.js'
import type { ImageTokenizerRecipe } from '../../tasks/image-tokenizer.js'
import type { RunEnvironment } from '../environment.js'
import type { PreparedRun } from '../prepared-run.js'
import { trainerOptions } from '../training-options.js'
import { describeData, digestOf } from './describe-data.js'
import { prepareData } from './prepare-data.js'

export const prepareImageTokenizer = async (
  recipe: ImageTokenizerRecipe,
  environment: RunEnvironment,
): Promise<PreparedRun> => {
  const { size, frames, seed, data, loss, training } = recipe
  const prepared = await prepareData(data, { size, frames }, environment)
  const { cache, split } = prepared
  const config = { ...recipe.tokenizer, size, frames }
  return {
    examples: split.train.length,
    dataKey: await digestOf(cache),
    describeData: () => describeData(data, prepared, environment),
    createTask: ({ steps, restored }) =>
      createImageTokenizerTask({
        runtime: environment.runtime,
        media: environment.media,
        config,
        cache,
        split,
        seed,
        augmentation: data.augmentation,
        weights: { ...loss, adversarial: loss.adversarial.weight },
        stillShare: recipe.stillShare,
        seenFrames: loss.frames,
        criticStart: loss.adversarial.start,
        ...trainerOptions(training),
        steps,
        ...(restored === undefined ? {} : { restored }),
      }),
    modelEntries: (tensors) => imageTokenizerEntries(config, tokenizerTensors(tensors)),
    close: async () => {},
  }
}
