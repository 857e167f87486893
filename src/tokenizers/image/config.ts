/** The configuration of a tokenizer of pictures or clips, as its model folder and recipes write it. */

import { z } from 'zod'
import { largestLayout, sizes } from '../../network/sizes.js'
import { type ImageAutoencoder, imageAutoencoder } from './autoencoder.js'
import { codesOfClip } from './clip-layout.js'
import { finiteScalar } from './quantizers/finite-scalar.js'
import type { Quantizer } from './quantizers/quantizer.js'
import { vector } from './quantizers/vector.js'

/** Codes are counted in float32, which tells halves apart up to here. */
const mostCodes = 2 ** 23

export const quantizerSchema = z.discriminatedUnion('kind', [
  z
    .strictObject({
      kind: z.literal('finite-scalar'),
      levels: z
        .array(z.int().min(2).max(64))
        .min(1)
        .refine((levels) => levels.reduce((codes, count) => codes * count, 1) <= mostCodes, {
          message: `their product is the number of codes, and may be ${mostCodes} at most`,
        })
        .describe('levels of each channel; their product is the number of codes'),
    })
    .describe('rounds each channel to one of a few levels; no dead codes'),
  z
    .strictObject({
      kind: z.literal('vector'),
      codes: sizes.vocabulary.describe('entries of the code book'),
      channels: sizes.channels.describe('numbers of an entry'),
      decay: z.number().min(0).max(1).default(0.99).describe('how much of the averages is kept'),
      commitment: z.number().min(0).default(0.25).describe('pull of the encoder to its codes'),
    })
    .describe('takes the nearest entry of a learned code book'),
])

/** Each key by itself, as recipes take over most of them. */
export const imageTokenizerKeys = z.strictObject({
  size: sizes.pixels.default(64).describe('pixels along one side of a picture'),
  frames: sizes.frames.default(1).describe('frames of a clip at most; 1 for pictures'),
  patch: sizes.pixels.default(8).describe('pixels along one side of a patch; one code each'),
  followingPatch: sizes.pixels
    .default(16)
    .describe('the same in the frames of a clip after the first, which have less that is new'),
  width: sizes.width.default(256).describe('size of the hidden states'),
  heads: sizes.heads.default(8).describe('attention heads'),
  depth: sizes.depth.default(4).describe('blocks of the decoder'),
  encoderDepth: sizes.depth
    .optional()
    .describe('blocks of the encoder; by default as many as the decoder has'),
  smoothing: sizes.optionalChannels
    .default(16)
    .describe('channels of the last convolutions; 0 for none'),
  quantizer: quantizerSchema.default({ kind: 'finite-scalar', levels: [8, 8, 8, 8] }),
})

export const imageTokenizerSchema = imageTokenizerKeys.refine(
  (layout) => codesOfClip(layout, layout.frames) <= largestLayout,
  { error: `expected at most ${largestLayout} codes in all` },
)

export type ImageTokenizerConfig = z.output<typeof imageTokenizerSchema>

const quantizerOf = (options: ImageTokenizerConfig['quantizer']): Quantizer =>
  options.kind === 'vector' ? vector(options) : finiteScalar(options)

/** The network that a configuration describes. */
export const autoencoderOf = ({ quantizer, ...options }: ImageTokenizerConfig): ImageAutoencoder =>
  imageAutoencoder(options, quantizerOf(quantizer))
