/** Prepares the run of a model of words and pictures or clips: its tokenizers, codes and vocabulary. */

import { z } from 'zod'
import type { CachedExample, PictureCache } from '../../../data/cache.js'
import { captionOf } from '../../../data/captions.js'
import { spreadOver } from '../../../data/order/spread-over.js'
import { type Question, questionOfNames } from '../../../data/question.js'
import { orClose } from '../../../engine/runtime/or-close.js'
import { hashOf } from '../../../engine/tensor/random.js'
import { RecipeError } from '../../../errors.js'
import { type TextImageConfig, textImageSchema } from '../../../generation/text-image/config.js'
import { collectWords } from '../../../generation/text-image/known-words.js'
import { readTextImage, textImageEntries } from '../../../generation/text-image/model-folder.js'
import { withoutGaps } from '../../../generation/without-gaps.js'
import { joinPath } from '../../../storage/files.js'
import { readJson, writeJson } from '../../../storage/json.js'
import { openModelFolder } from '../../../storage/model-folder.js'
import { widenWeights } from '../../../storage/weights.js'
import type { ImageTokenizer } from '../../../tokenizers/image/image-tokenizer.js'
import { readImageTokenizer } from '../../../tokenizers/image/model-folder.js'
import type { TextTokenizer } from '../../../tokenizers/text/index.js'
import { specialTokens } from '../../../tokenizers/vocabulary.js'
import { createCodeTable } from '../../../training/tasks/text-image/code-table.js'
import { createTextImageTask } from '../../../training/tasks/text-image/text-image.js'
import { tokenizerFolderOf } from '../../own-tokenizer.js'
import { framesOfSource, strideOfSource } from '../../schema/data.js'
import type { TextImageRecipe } from '../../tasks/text-image.js'
import type { RunEnvironment } from '../environment.js'
import { prepareTextTokenizer, textTokenizerName } from '../language/text-tokenizer.js'
import type { PreparedRun } from '../prepared-run.js'
import { trainerOptions } from '../training-options.js'
import { describeData, digestOf } from './describe-data.js'
import { type PreparedData, prepareData } from './prepare-data.js'

/**
 * How often each example's captions are varied for the text tokenizer to learn from. A language is
 * drawn each time: after eight, one example in a hundred has not been named in both. Of many
 * examples fewer will do, for they say the same things.
 */
const roundsFor = (examples: number): number =>
  Math.min(8, Math.max(1, Math.floor(65_536 / examples)))

/** Examples whose names are looked at one by one, beside what is said of them. */
const namedAtMost = 8192

/** What the text tokenizer learns from. */
const captionsOf = (examples: readonly CachedExample[], recipe: TextImageRecipe): string[] => {
  const { languages } = recipe.data
  return Array.from({ length: roundsFor(examples.length) }, (_, epoch) =>
    examples.map((example) => captionOf(example, { seed: recipe.seed, epoch, languages }).text),
  ).flat()
}

interface PreparedText {
  readonly text: TextTokenizer
  /** The different words of the captions; unknown for a run of an older version. */
  readonly words: readonly string[] | undefined
}

/** The run's text tokenizer and the words of its captions, made at the first start. */
const prepareText = async (
  cache: PictureCache,
  members: readonly number[],
  recipe: TextImageRecipe,
  environment: RunEnvironment,
  out: string,
): Promise<PreparedText> => {
  const { files } = environment
  const [path, wordsPath] = [joinPath(out, textTokenizerName), joinPath(out, wordsName)]
  const examples = members.map((index) => cache.examples[index]!)
  const isThere = (await files.stat(path)) !== undefined
  const spoken = isThere ? [] : captionsOf(examples, recipe)
  // The tokenizer comes last: where it is, its words are.
  if (!isThere) {
    const names = spreadOver(examples, namedAtMost).flatMap(({ captions, style = '' }) =>
      captions.flatMap(({ text: name, articles = [] }) => [name, ...articles, style]),
    )
    await writeJson(files, wordsPath, collectWords([...spoken, ...names]))
  }
  const isKnown = (await files.stat(wordsPath)) !== undefined
  return {
    words: isKnown ? wordsSchema.parse(await readJson(files, wordsPath)) : undefined,
    text: await prepareTextTokenizer(
      { kind: 'byte-pair', vocabulary: recipe.text.vocabulary },
      { texts: () => spoken, path, specialTokens, environment },
    ),
  }
}

/** The words that the run's text tokenizer was trained on, in its folder. */
const wordsName = 'words.json'
const wordsSchema = z.array(z.string())

/** What can be asked about the examples; the source knows, or they fall into few classes. */
const questionsOf = (
  { cache, split }: PreparedData,
  { data: { languages } }: TextImageRecipe,
): readonly Question[] => {
  // In several languages together, how often each is spoken would count too.
  if (cache.questions !== undefined) return cache.questions(languages.slice(0, 1))
  const members = split.train.map((index) => cache.examples[index]!)
  const question = questionOfNames(members, languages)
  return question === undefined ? [] : [question]
}

/** The configuration of a new model. */
const newConfig = (
  { model, text: { maximumLength: textLength }, objective }: TextImageRecipe,
  text: TextTokenizer,
  image: ImageTokenizer,
  frames: number,
): TextImageConfig =>
  textImageSchema.parse({
    task: 'text-image',
    vocabulary: { textPieces: text.vocabularySize, imageCodes: image.codes },
    layout: {
      ...{ textLength, rows: image.rows, columns: image.columns, frames },
      ...(frames > 1 && { following: image.following }),
    },
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

/** A trained model to start from, whose words are joined by those of the new captions. */
const readStart = async (
  path: string,
  { cache, split }: PreparedData,
  recipe: TextImageRecipe,
  { files }: Pick<RunEnvironment, 'files'>,
) => {
  const { config, weights, text, words } = await readTextImage(await openModelFolder(files, path))
  const { kind } = recipe.objective
  if (config.drawing !== kind) {
    throw new RecipeError(
      `expected ${config.drawing}, that of ${path}, got ${kind}. Choose the same`,
      { keys: ['objective', 'kind'] },
    )
  }
  const { frames } = config.layout
  if ((cache.frames ?? 1) !== frames) {
    const named = (count: number) => (count === 1 ? 'pictures' : `clips of ${count} frames`)
    throw new RecipeError(
      `${path} is a model of ${named(frames)}, and data.source has ${named(cache.frames ?? 1)}. Choose another model or source`,
      { keys: ['start'] },
    )
  }
  const own = captionsOf(
    split.train.map((index) => cache.examples[index]!),
    recipe,
  )
  return {
    ...{ config, text },
    words: words && [...new Set([...words, ...collectWords(own)])].sort(),
    tensors: widenWeights(weights),
  }
}

export const prepareTextImage = async (
  recipe: TextImageRecipe,
  out: string,
  environment: RunEnvironment,
): Promise<PreparedRun> => {
  const folder = await openModelFolder(environment.files, tokenizerFolderOf(recipe, out))
  const { tokenizer } = await readImageTokenizer(environment.runtime, folder)
  return orClose(tokenizer, () => prepareWith(tokenizer, recipe, out, environment))
}

/** The run with its image tokenizer, which is closed with it. */
const prepareWith = async (
  image: ImageTokenizer,
  recipe: TextImageRecipe,
  out: string,
  environment: RunEnvironment,
): Promise<PreparedRun> => {
  const { files, runtime, media, onProgress, signal } = environment
  const { seed, data, objective, training } = recipe
  const tokenizerFolder = tokenizerFolderOf(recipe, out)
  const frames = framesOfSource(data, image.frames)
  const prepared = await prepareData(data, { size: image.size, frames }, environment)
  const { cache, split, key } = prepared
  const start =
    recipe.start === undefined
      ? undefined
      : await readStart(recipe.start, prepared, recipe, environment)
  const { text, words } = start ?? (await prepareText(cache, split.train, recipe, environment, out))
  const { clipStride: _, ...begun } = start?.config ?? newConfig(recipe, text, image, frames)
  const config: TextImageConfig = {
    ...begun,
    ...withoutGaps({ clipStride: strideOfSource(data) }),
    defaults: { ...begun.defaults, ...recipe.drawing },
  }
  const manifest = await files.readText(joinPath(tokenizerFolder, 'manifest.json'))
  const augmentation = JSON.stringify(data.augmentation)
  const { crossings } = objective
  const codes = await createCodeTable({
    files,
    folder: out,
    cache,
    tokenizer: image,
    augmentation: data.augmentation,
    variants: objective.variants,
    crossings,
    seed,
    key: `${key}-${hashOf(seed, manifest, augmentation, ...(crossings > 0 ? [crossings] : [])).toString(16)}`,
    onProgress: (done, total) => onProgress('codes', done, total),
    signal,
  })
  const questions = questionsOf(prepared, recipe)
  return {
    examples: split.train.length,
    dataKey: await digestOf(cache),
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
        continuedShare: objective.continuedShare,
        followingWeight: objective.followingWeight,
        stillShare: objective.stillShare,
        textWeight: objective.textWeight,
        directions: objective.directions,
        ...trainerOptions(training),
        ...(start === undefined ? {} : { start: start.tensors }),
        ...(restored === undefined ? {} : { restored }),
      }),
    modelEntries: (tensors) =>
      textImageEntries({
        config,
        tensors,
        text,
        words,
        questions,
        imageTokenizer: tokenizerFolder,
      }),
    close: async () => image.close(),
  }
}
