/**
 * The model folder of a model of words and pictures: `config.json`, `model.safetensors`,
 * `tokenizer.json`, the image tokenizer's folder `image-tokenizer`, `words.json`, the words of the
 * captions it learned from, and `questions.json`, what it tells apart; older folders lack the last two.
 */

import { z } from 'zod'
import { type Question, questionSchema } from '../../data/question.js'
import { orClose } from '../../engine/runtime/or-close.js'
import type { Runtime, Tensors } from '../../engine/runtime/runtime.js'
import { StorageError } from '../../errors.js'
import type { ClipGrid } from '../../network/models/clip-grid.js'
import { listParameters } from '../../network/parameters.js'
import { type Files, joinPath } from '../../storage/files.js'
import { manifestName } from '../../storage/manifest.js'
import type { ModelFolder, ModelFolderEntry } from '../../storage/model-folder.js'
import { readWeights, type Weights } from '../../storage/weights.js'
import type { ImageTokenizer } from '../../tokenizers/image/image-tokenizer.js'
import { readImageTokenizer } from '../../tokenizers/image/model-folder.js'
import {
  parseTokenizerJson,
  printTokenizerJson,
  type TextTokenizer,
} from '../../tokenizers/text/index.js'
import { type OpenModelOptions, openModel } from '../adapter/open-model.js'
import { readConfig } from '../read-config.js'
import { weightsAtWork } from '../weights-at-work.js'
import { type TextImageConfig, textImageOf, textImageSchema } from './config.js'
import { createTextImageModel, type TextImageModel } from './text-image-model.js'

/** The image tokenizer's folder in that of a model. */
export const imageFolder = 'image-tokenizer'
const wordsFile = 'words.json'

const questionsFile = 'questions.json'

const wordsSchema = z.array(z.string())
const questionsSchema = z.array(questionSchema)

/** "8 × 8", "8 × 8 and 7 times 4 × 4". */
const describeGrids = ({ rows, columns, following }: ClipGrid, frames: number): string => {
  const first = `${rows} × ${columns}`
  if (frames === 1) return first
  const { rows: down, columns: across } = following ?? { rows, columns }
  return `${first} and ${frames - 1} times ${down} × ${across}`
}

/** What a model folder of the model holds; `imageTokenizer` is the path of the tokenizer's. */
export const textImageEntries = ({
  config,
  tensors,
  text,
  words,
  questions = [],
  imageTokenizer,
}: {
  config: TextImageConfig
  tensors: Tensors
  text: TextTokenizer
  words?: readonly string[] | undefined
  questions?: readonly Question[] | undefined
  imageTokenizer: string
}): Record<string, ModelFolderEntry> => ({
  'config.json': { json: config },
  'model.safetensors': { tensors: Object.entries(tensors) },
  'tokenizer.json': { text: printTokenizerJson(text) },
  ...(words !== undefined && { [wordsFile]: { json: words } }),
  ...(questions.length > 0 && { [questionsFile]: { json: questions } }),
  [imageFolder]: { copyOf: imageTokenizer },
})

/** A model's parts as they are stored, checked against each other; some weights may be quantized. */
export interface StoredTextImage {
  readonly config: TextImageConfig
  readonly weights: Weights
  readonly text: TextTokenizer
  readonly words: readonly string[] | undefined
  readonly questions: readonly Question[] | undefined
  /** The folder of its image tokenizer. */
  readonly imageTokenizer: ModelFolder
}

/** Reads all of a model but its image tokenizer. Throws StorageError on anything missing or damaged. */
export const readTextImage = async (folder: ModelFolder): Promise<StoredTextImage> => {
  const { path, names } = folder
  const config = await readConfig(folder, textImageSchema, 'text-image')
  const { model, vocabulary } = textImageOf(config)
  const wanted = listParameters(model.parameters)
  const weights = await readWeights(await folder.openTensors('model.safetensors'), wanted)
  const tokenizerPath = joinPath(path, 'tokenizer.json')
  const text = parseTokenizerJson(await folder.text('tokenizer.json'), tokenizerPath)
  if (text.vocabularySize !== vocabulary.text.end) {
    throw new StorageError(
      `${tokenizerPath}: expected ${vocabulary.text.end} pieces as config.json says, found ` +
        `${text.vocabularySize}; the tokenizer does not belong to these weights`,
    )
  }
  const readList = async <Item>(name: string, schema: z.ZodType<Item>) => {
    if (!names.includes(name)) return undefined
    const list = schema.safeParse(await folder.json(name))
    if (list.success) return list.data
    throw new StorageError(`${joinPath(path, name)}: it is damaged; copy the folder again`)
  }
  return {
    ...{ config, weights, text },
    words: await readList(wordsFile, wordsSchema),
    questions: await readList(questionsFile, questionsSchema),
    imageTokenizer: folder.folder(imageFolder),
  }
}

/** Opens a model of words and pictures. Throws StorageError on anything missing or damaged. */
export const openTextImageModel = async (
  files: Files,
  runtime: Runtime,
  path: string,
  options: OpenModelOptions = {},
): Promise<TextImageModel> => {
  const folder = await openModel(files, path, options)
  const { config, weights, words, imageTokenizer, ...parts } = await readTextImage(folder)
  const source = {
    name: folder.path.split('/').slice(-2).join('/'),
    sha256: await files.sha256(joinPath(folder.path, manifestName)),
  }
  const { tokenizer: image } = await readImageTokenizer(runtime, imageTokenizer)
  return orClose(image, async () => {
    checkTokenizer(image, config, joinPath(path, imageFolder))
    const opened = await createTextImageModel({
      ...parts,
      ...weightsAtWork(runtime, weights),
      config,
      image,
      words: words && new Set(words),
    })
    return {
      ...opened,
      source,
      async close() {
        await opened.close()
        await image.close()
      },
    }
  })
}

/** Throws StorageError for an image tokenizer whose codes are not those of the model. */
const checkTokenizer = (
  image: ImageTokenizer,
  { layout, vocabulary: { imageCodes } }: TextImageConfig,
  path: string,
): void => {
  const [expected, found] = [
    describeGrids(layout, layout.frames),
    describeGrids(image, Math.min(layout.frames, image.frames)),
  ]
  if (found === expected && image.codes === imageCodes) return
  throw new StorageError(
    `${path}: expected ${expected} codes out of ${imageCodes} as config.json says, ` +
      `found ${found} out of ${image.codes}; the tokenizer does not belong to these weights`,
  )
}
