/** A model of words and pictures that follows a script; its tokenizers keep all there is. */

import type { PictureCache } from '../../src/data/cache.js'
import type { DrawOptions, DrawRequest } from '../../src/generation/text-image/draw-request.js'
import type { TextImageModel } from '../../src/generation/text-image/text-image-model.js'

export interface Script {
  /** The number of the picture that is drawn for a phrase. */
  readonly draws?: (phrase: string, index: number) => number
  /** What is said of a picture. */
  readonly says?: (index: number) => string
  /** Pieces that the model reads at most. */
  readonly textLength?: number
}

/** The model, and all that it was asked to draw. */
export const scriptedModel = (
  cache: PictureCache,
  { draws = () => 0, says = () => '', textLength = 100 }: Script = {},
) => {
  const asked: { phrase: string; options: DrawOptions | undefined }[] = []
  const bytesOf = async (index: number) => (await cache.picture(index)).data
  const find = async (pixels: Uint8Array): Promise<number> => {
    for (const index of cache.examples.keys()) {
      const bytes = await bytesOf(index)
      if (bytes.every((byte, place) => byte === pixels[place])) return index
    }
    throw new Error('the test shows the model a picture that its cache does not have')
  }
  const model = {
    config: { layout: { textLength } },
    text: { encode: (text: string) => Array.from(text, (character) => character.codePointAt(0)) },
    image: {
      size: cache.size,
      codes: 256,
      encode: async (pixels: Uint8Array) => Int32Array.from(pixels),
      decode: async (codes: Int32Array) => Uint8Array.from(codes),
    },
    draw: async (requests: readonly DrawRequest[], options?: DrawOptions) => {
      asked.push(...requests.map(({ phrase }) => ({ phrase, options })))
      const drawn = requests.map(({ phrase, index = 0 }) => bytesOf(draws(phrase, index)))
      return (await Promise.all(drawn)).map((pixels) => ({ pixels }))
    },
    caption: async (pixels: Uint8Array) => says(await find(pixels)),
  }
  // What else a model has, evaluation does not ask for.
  return { model: model as unknown as TextImageModel, asked }
}
