/** A model of words and pictures as small as can be: pictures of 2 × 3 codes, up to three words. */

import type { Tensor } from '../../src/engine/tensor/tensor.js'
import {
  type TextImageConfig,
  textImageOf,
  textImageSchema,
} from '../../src/generation/text-image/config.js'
import { networkOptions, type TextImageOptions } from '../../src/network/models/text-image.js'
import { randomParameters } from './compute.js'

export type TinyOptions = Partial<
  Omit<TextImageOptions, 'vocabularySize' | 'layout' | 'text' | 'image' | 'pad'>
> & {
  readonly drawing?: TextImageConfig['drawing']
  readonly layout?: TextImageConfig['layout']
  readonly vocabulary?: TextImageConfig['vocabulary']
}

/** Ids 0 to 5 are special, 6 to 13 words, 14 to 30 codes. */
export const tinyTextImageConfig = ({
  drawing = 'next-code',
  layout = { textLength: 4, rows: 2, columns: 3, frames: 1 },
  vocabulary = { textPieces: 14, imageCodes: 17 },
  ...transformer
}: TinyOptions = {}): TextImageConfig =>
  textImageSchema.parse({
    task: 'text-image',
    vocabulary,
    layout,
    transformer: { width: 16, depth: 2, heads: 2, ...transformer },
    drawing,
  })

/** The network, and random parameters in which nothing is zero. */
export const tinyTextImage = (options: TinyOptions = {}) => {
  const config = tinyTextImageConfig(options)
  const { model, vocabulary, options: described } = textImageOf(config)
  const network = networkOptions(described)
  const tensors: Record<string, Tensor> = randomParameters(model.parameters)
  return { config, model, vocabulary, network, tensors }
}
