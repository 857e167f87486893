/** Prepares the run of a model of words and pictures: its tokenizers, codes and vocabulary. */

import type { CachedExample, PictureCache } from '../../data/cache.js'
import { captionOf } from '../../data/captions.js'
import { hashOf } from '../../engine/tensor/random.js'
import { textImageSchema } from '../../generation/text-image/config.js'
import { textImageEntries } from '../../generation/text-image/model-folder.js'
import { joinPath } from '../../storage/files.js'
import { openModelFolder } from '../../storage/model-folder.js'
import { readImageTokenizer } from '../../tokenizers/image/model-folder.js'
import {
  readTextTokenizer,
  type TextTokenizer,
  trainBytePairEncoding,
  writeTextTokenizer,
} from '../../tokenizers/text/index.js'
import { specialTokens } from '../../tokenizers/vocabulary.js'
import { createCodeTable } from '../../training/tasks/code-table.js'
import { createTextImageTask } from '../../training/tasks/text-image.js'
import { ownTokenizerFolder } from '../own-tokenizer.js'
import type { TextImageRecipe } from '../tasks/text-image.js'
import { describeData } from './describe-data.js'
import type { RunEnvironment } from './environment.js'
import { prepareData } from './prepare-data.js'
import type { PreparedRun } from './run-recipe.js'
import { optimizerOf } from './training-options.js'

/**
 * How often each example's captions are varied for the text tokenizer to learn from. A language is
 * drawn each time: after eight, one example in a hundred has not been named in both.
 */
const captionRounds = 8

const captionsOf = function* (
  examples: readonly CachedExample[],
  recipe: TextImageRecipe,
): Generator<string> {
  const { languages } = recipe.data
  for (let epoch = 0; epoch < captionRounds; epoch++) {
    for (const example of examples)
      yield captionOf(example, { seed: recipe.seed, epoch, languages }).text
  }
}

/** The run's text tokenizer, trained on its captions at the first start. */
const prepareText = async (
  cache: PictureCache,
  members: readonly number[],
  recipe: TextImageRecipe,
  { files, signal, onProgress }: RunEnvironment,
  path: string,
): Promise<TextTokenizer> => {
  if ((await files.stat(path)) !== undefined) return readTextTokenizer(files, path)
  const text = await trainBytePairEncoding({
    texts: captionsOf(
      members.map((index) => cache.examples[index]!),
      recipe,
    ),
    vocabularySize: recipe.text.vocabulary,
    specialTokens: [...specialTokens],
    signal,
    onProgress: (progress) => {
      if (progress.stage === 'merging') onProgress('merges', progress.done, progress.merges)
    },
  })
  await writeTextTokenizer(files, path, text)
  return text
}

/** The run's text tokenizer, in its folder. */
export const textTokenizerName = 'tokenizer.json'

export const prepareTextImage = async (
  recipe: TextImageRecipe,
  out: string,
  environment: RunEnvironment,
): Promise<PreparedRun> => {
  const { files, runtime, media, onProgress, signal } = environment
  const { seed, data, model, objective, training } = recipe
  const tokenizerFolder = recipe.tokenizer ?? ownTokenizerFolder(out)
  const folder = await openModelFolder(files, tokenizerFolder)
  const { tokenizer: image } = await readImageTokenizer(runtime, folder)
  const prepared = await prepareData(data, { size: image.size }, environment)
  const { cache, split, key } = prepared
  const textPath = joinPath(out, textTokenizerName)
  const text = await prepareText(cache, split.train, recipe, environment, textPath)
  const manifest = await files.readText(joinPath(tokenizerFolder, 'manifest.json'))
  const augmentation = JSON.stringify(data.augmentation)
  const codes = await createCodeTable({
    files,
    folder: out,
    cache,
    tokenizer: image,
    augmentation: data.augmentation,
    variants: objective.variants,
    seed,
    key: `${key}-${hashOf(seed, manifest, augmentation).toString(16)}`,
    onProgress: (done, total) => onProgress('codes', done, total),
    signal,
  })
  const config = textImageSchema.parse({
    task: 'text-image',
    vocabulary: { textPieces: text.vocabularySize, imageCodes: image.codes },
    layout: { textLength: recipe.text.maximumLength, rows: image.rows, columns: image.columns },
    transformer: {
      width: model.width,
      depth: model.depth,
      heads: model.heads,
      keyValueHeads: model.keyValueHeads,
      activation: model.activation,
      hasTiedHead: model.tiedHead,
      hasPlaces: model.places,
    },
    drawing: objective.kind,
  })
  return {
    examples: split.train.length,
    describeData: () => describeData(data, prepared, environment),
    createTask: ({ restored }) =>
      createTextImageTask({
        runtime,
        media,
        config,
        cache,
        split,
        codes,
        text,
        image,
        languages: data.languages,
        seed,
        corruption: objective.corruption,
        conditionDropout: objective.conditionDropout,
        textWeight: objective.textWeight,
        directions: objective.directions,
        optimizer: optimizerOf(training),
        clipNorm: training.clipNorm,
        averageDecay: training.average,
        batch: training.batch,
        accumulation: training.accumulation,
        ...(restored === undefined ? {} : { restored }),
      }),
    modelEntries: (tensors) =>
      textImageEntries({ config, tensors, text, imageTokenizer: tokenizerFolder }),
    close: async () => image.close(),
  }
}
