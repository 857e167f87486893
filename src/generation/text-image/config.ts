/** The configuration of a model of words and pictures, as its model folder writes it. */

import { z } from 'zod'
import { activations } from '../../network/layers/index.js'
import { codesOf } from '../../network/models/clip-grid.js'
import { type TextImageOptions, textImage } from '../../network/models/text-image.js'
import { largestLayout, sizes } from '../../network/sizes.js'
import { createVocabulary, specialId, type Vocabulary } from '../../tokenizers/vocabulary.js'

const transformerSchema = z.strictObject({
  width: sizes.width.describe('size of the hidden states'),
  depth: sizes.depth.describe('number of blocks'),
  heads: sizes.heads.describe('attention heads'),
  keyValueHeads: sizes.heads
    .optional()
    .describe('heads of keys and values; as many as heads if left out'),
  activation: z.enum(activations).default('squared-relu'),
  hasTiedHead: z.boolean().default(false).describe('whether the head is the embedding itself'),
  hasPlaces: z
    .boolean()
    .default(false)
    .describe('whether each place of a picture has an embedding of its own'),
})

export const drawingKinds = ['masked-codes', 'next-code'] as const

export const drawingOrders = ['first-frame', 'together'] as const

export const textImageSchema = z.strictObject({
  task: z.literal('text-image'),
  vocabulary: z.strictObject({ textPieces: sizes.vocabulary, imageCodes: sizes.vocabulary }),
  layout: z
    .strictObject({
      textLength: sizes.context,
      rows: sizes.side,
      columns: sizes.side,
      frames: sizes.frames.default(1).describe('frames of a clip, each with a grid of codes'),
      following: z
        .strictObject({ rows: sizes.side, columns: sizes.side })
        .exactOptional()
        .describe('the grid of each frame after the first; that of the first if left out'),
    })
    .refine((layout) => codesOf(layout) <= largestLayout, {
      error: `expected at most ${largestLayout} codes in all`,
    }),
  transformer: transformerSchema,
  clipStride: z
    .int()
    .min(1)
    .exactOptional()
    .describe(
      'frames of a longer clip from one that is read to the next; all of it is spread over those that are read if left out',
    ),
  drawing: z.enum(drawingKinds).describe('in parallel, or one code after another'),
  defaults: z
    .strictObject({
      guidance: z.number().default(3),
      temperature: z.number().default(1),
      topK: z.int().default(0),
      topP: z.number().default(1),
      passes: sizes.repetitions.default(12),
      candidates: sizes.repetitions
        .default(1)
        .describe('drawings of which the one is kept that the model itself reads as the words'),
      order: z
        .enum(drawingOrders)
        .default('first-frame')
        .describe('whether the codes of a first frame are filled before all others'),
    })
    .prefault({})
    .describe('how pictures are drawn unless the caller says otherwise'),
})

export type TextImageConfig = z.output<typeof textImageSchema>

/** The network and the vocabulary that a configuration describes. */
export const textImageOf = ({ vocabulary: sizes, layout, transformer }: TextImageConfig) => {
  const vocabulary: Vocabulary = createVocabulary(sizes)
  const { keyValueHeads, ...rest } = transformer
  const options: TextImageOptions = {
    ...rest,
    ...(keyValueHeads === undefined ? {} : { keyValueHeads }),
    vocabularySize: vocabulary.size,
    layout,
    text: vocabulary.text,
    image: vocabulary.image,
    pad: specialId('<pad>'),
  }
  return { vocabulary, options, model: textImage(options) }
}
