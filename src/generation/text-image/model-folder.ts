/**
 * The model folder of a model of words and pictures: `config.json`, `model.safetensors`,
 * `tokenizer.json` and the image tokenizer's folder `image-tokenizer`.
 */

import { withQuantizedInputs } from '../../engine/runtime/quantized-runtime.js'
import type { Runtime, Tensors } from '../../engine/runtime/runtime.js'
import { StorageError } from '../../errors.js'
import { listParameters } from '../../network/parameters.js'
import { type Files, joinPath } from '../../storage/files.js'
import { manifestName } from '../../storage/manifest.js'
import { type ModelFolderEntry, openModelFolder } from '../../storage/model-folder.js'
import { readWeights } from '../../storage/weights.js'
import { readImageTokenizer } from '../../tokenizers/image/model-folder.js'
import {
  parseTokenizerJson,
  printTokenizerJson,
  type TextTokenizer,
} from '../../tokenizers/text/index.js'
import { type TextImageConfig, textImageOf, textImageSchema } from './config.js'
import { createTextImageModel, type TextImageModel } from './text-image-model.js'

const imageFolder = 'image-tokenizer'

/** What a model folder of the model holds; `imageTokenizer` is the path of the tokenizer's. */
export const textImageEntries = ({
  config,
  tensors,
  text,
  imageTokenizer,
}: {
  config: TextImageConfig
  tensors: Tensors
  text: TextTokenizer
  imageTokenizer: string
}): Record<string, ModelFolderEntry> => ({
  'config.json': { json: config },
  'model.safetensors': { tensors: Object.entries(tensors) },
  'tokenizer.json': { text: printTokenizerJson(text) },
  [imageFolder]: { copyOf: imageTokenizer },
})

/** Opens a model of words and pictures. Throws StorageError on anything missing or damaged. */
export const openTextImageModel = async (
  files: Files,
  runtime: Runtime,
  path: string,
): Promise<TextImageModel> => {
  const folder = await openModelFolder(files, path)
  const parsed = textImageSchema.safeParse(await folder.json('config.json'))
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new StorageError(
      `${joinPath(path, 'config.json')}: ${issue?.path.join('.')}: ${issue?.message}; ` +
        'this is not the folder of a model of words and pictures',
    )
  }
  const config = parsed.data
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
  const { tokenizer: image } = await readImageTokenizer(runtime, folder.folder(imageFolder))
  const { layout } = config
  const isFitting =
    image.codes === vocabulary.image.end - vocabulary.image.start &&
    image.rows === layout.rows &&
    image.columns === layout.columns
  if (!isFitting) {
    await image.close()
    throw new StorageError(
      `${joinPath(path, imageFolder)}: expected ${layout.rows} × ${layout.columns} codes out of ` +
        `${config.vocabulary.imageCodes} as config.json says, found ${image.rows} × ` +
        `${image.columns} out of ${image.codes}; the tokenizer does not belong to these weights`,
    )
  }
  const opened = await createTextImageModel({
    runtime: withQuantizedInputs(runtime, weights.quantized),
    config,
    tensors: weights.tensors,
    text,
    image,
  })
  const source = {
    name: folder.path.split('/').slice(-2).join('/'),
    sha256: await files.sha256(joinPath(folder.path, manifestName)),
  }
  return {
    ...opened,
    source,
    async close() {
      await opened.close()
      await image.close()
    },
  }
}
