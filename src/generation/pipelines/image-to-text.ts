/** `pipeline('image-to-text')`: a picture in, words out. */

import type { Media } from '../../data/media/media.js'
import type { Files } from '../../storage/files.js'
import { checkOptions } from '../check-options.js'
import type { TextImageModel } from '../text-image/text-image-model.js'
import { oneOrSeveral } from './one-or-several.js'
import { type ImageInput, readImageInput } from './raw-image.js'

export interface ImageToTextOptions {
  /** 0, the best words every time, when left out. */
  readonly temperature?: number
  readonly top_k?: number
  readonly top_p?: number
  readonly seed?: number
}

export interface ImageToTextOutput {
  readonly generated_text: string
}

export interface ImageToTextPipeline {
  /** What a picture shows. Throws DataError for what is no picture. */
  (image: ImageInput, options?: ImageToTextOptions): Promise<ImageToTextOutput[]>
  /** What each of several pictures shows. */
  (images: readonly ImageInput[], options?: ImageToTextOptions): Promise<ImageToTextOutput[][]>
  dispose(): Promise<void>
}

export const createImageToText = (
  model: TextImageModel,
  platform: { readonly files: Files; readonly media: Media },
): ImageToTextPipeline => {
  const call = async (
    images: ImageInput | readonly ImageInput[],
    options: ImageToTextOptions = {},
  ) =>
    oneOrSeveral(images, async (image) =>
      sayCaption(model, await readImageInput(image, model.image.size, platform), options),
    )
  // One input has one answer, and a list has a list of them.
  return Object.assign(call, { dispose: () => model.close() }) as ImageToTextPipeline
}

/** What a picture or clip shows, as the output of a pipeline. */
export const sayCaption = async (
  model: TextImageModel,
  pixels: Uint8Array,
  { temperature = 0, top_k: topK = 0, top_p: topP = 1, seed = 0 }: ImageToTextOptions,
): Promise<ImageToTextOutput[]> => {
  const sampling = { temperature, topK, topP }
  checkOptions(sampling, { topK: 'top_k', topP: 'top_p' })
  return [{ generated_text: await model.caption(pixels, { ...sampling, seed }) }]
}
