/** A whole model of words and pictures with random parameters: tokenizers, network, all. */

import type { Question } from '../../src/data/question.js'
import type { Runtime } from '../../src/engine/runtime/runtime.js'
import { textImageOf } from '../../src/generation/text-image/config.js'
import { createTextImageModel } from '../../src/generation/text-image/text-image-model.js'
import type { ImageTokenizerConfig } from '../../src/tokenizers/image/config.js'
import { randomParameters } from './compute.js'
import { tinyClipConfig, tinyImageTokenizer } from './tiny-image-tokenizer.js'
import { type TinyOptions, tinyTextImageConfig } from './tiny-text-image.js'
import { tinyTextTokenizer } from './tiny-text-tokenizer.js'

/** Pictures of 8 × 8 pixels as 2 × 2 codes, phrases of up to 11 pieces. */
export const tinyModel = async (
  runtime: Runtime,
  options: TinyOptions = {},
  tokenizer?: ImageTokenizerConfig,
  questions?: readonly Question[],
) => {
  const image = await tinyImageTokenizer(runtime, tokenizer)
  const text = await tinyTextTokenizer()
  const config = tinyTextImageConfig({
    vocabulary: { textPieces: text.vocabularySize, imageCodes: image.codes },
    layout: { textLength: 12, rows: 2, columns: 2, frames: 1 },
    ...options,
  })
  const tensors = randomParameters(textImageOf(config).model.parameters)
  const model = await createTextImageModel({ runtime, config, tensors, text, image, questions })
  return { model, config, tensors, text, image }
}

/** The same for clips of three frames: 2 × 2 codes for the first and one for each of the others. */
export const tinyClipModel = (
  runtime: Runtime,
  options: TinyOptions = {},
  questions?: readonly Question[],
) => {
  const following = { rows: 1, columns: 1 }
  const layout = { textLength: 12, rows: 2, columns: 2, frames: 3, following }
  return tinyModel(runtime, { layout, hasPlaces: true, ...options }, tinyClipConfig(), questions)
}
