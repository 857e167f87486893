/** `pipeline('image-to-text')`: a picture in, words out. */

import type { Media } from '../../data/media.js'
import type { Files } from '../../storage/files.js'
import type { TextImageModel } from '../text-image/text-image-model.js'
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
  const say = async (
    image: ImageInput,
    { temperature = 0, top_k: topK = 0, top_p: topP = 1, seed = 0 }: ImageToTextOptions,
  ): Promise<ImageToTextOutput[]> => {
    const pixels = await readImageInput(image, model.image.size, platform)
    return [{ generated_text: await model.caption(pixels, { temperature, topK, topP, seed }) }]
  }
  const call = async (
    images: ImageInput | readonly ImageInput[],
    options: ImageToTextOptions = {},
  ) => {
    if (!Array.isArray(images)) return say(images as ImageInput, options)
    const outputs: ImageToTextOutput[][] = []
    for (const image of images) outputs.push(await say(image, options))
    return outputs
  }
  return Object.assign(call, { dispose: () => model.close() }) as ImageToTextPipeline
}
