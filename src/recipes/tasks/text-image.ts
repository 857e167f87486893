/** Recipes that train a Transformer on words and pictures or clips, from words to them and back. */

import { z } from 'zod'
import { drawingOrders } from '../../generation/text-image/config.js'
import { checkHeads } from '../schema/heads.js'
import { keyValueHeadsKey, networkKeys, tiedHeadKey, withAllHeads } from '../schema/network.js'
import { pictureKeys } from '../schema/recipe.js'
import { withLearningRate } from '../schema/training.js'
import { checkFrames, ownTokenizerSchema } from './image-tokenizer.js'

const count = z.int().positive()
const share = z.number().min(0).max(1)
const weight = z.number().min(0)

const modelSchema = z
  .strictObject({
    ...networkKeys(6),
    keyValueHeads: keyValueHeadsKey,
    tiedHead: tiedHeadKey(true),
    places: z
      .boolean()
      .default(true)
      .describe('whether each place of a picture has an embedding of its own'),
  })
  .transform(withAllHeads)
  .superRefine(checkHeads)

const textSchema = z.strictObject({
  vocabulary: count
    .min(300)
    .max(200_000)
    .default(2000)
    .describe('pieces of words, the 256 bytes and special tokens included'),
  maximumLength: count
    .min(2)
    .max(4096)
    .default(24)
    .describe('tokens of a caption at most; longer ones are cut off'),
})

const objectiveSchema = z.strictObject({
  kind: z
    .enum(['next-code', 'masked-codes'])
    .default('next-code')
    .describe('whether codes are learned one after another or filled in parallel'),
  corruption: share
    .default(0.5)
    .describe('codes that the model reads are replaced at a rate drawn from 0 to this'),
  variants: count
    .max(1024)
    .default(4)
    .describe(
      'versions of each picture: as it is, and others with the small changes of data.augmentation; 1 leaves pictures as they are',
    ),
  directions: z
    .strictObject({
      textToImage: weight.default(1).describe('how often words become a picture'),
      imageToText: weight.default(0.25).describe('how often a picture becomes words'),
    })
    .prefault({})
    .superRefine(({ textToImage, imageToText }, context) => {
      if (textToImage + imageToText > 0) return
      context.addIssue({ code: 'custom', message: 'expected one share above 0, got 0 and 0.' })
    })
    .describe('shares of the examples, in proportion to each other'),
  stillShare: share
    .max(0.9)
    .default(0.25)
    .describe('of clips: how often their first frames are learned alone, as pictures'),
  continuedShare: share
    .default(0.4)
    .describe('of clips with masked codes: how often the first frame is given, others asked for'),
  crossings: z
    .int()
    .min(0)
    .max(64)
    .default(0)
    .describe(
      'of clips that know what comes next: versions of each as a longer clip shows it, with fewer than half of its frames taken by what goes before or comes after; only words are learned from them',
    ),
  followingWeight: weight
    .default(1)
    .describe('how much a code of a later frame counts beside one of the first'),
  textWeight: weight.default(1).describe('how much the loss of words counts beside that of codes'),
  conditionDropout: share
    .default(0.1)
    .describe('share of pictures that are learned without their words, for guidance'),
})

const drawingSchema = z.strictObject({
  guidance: z
    .number()
    .min(0)
    .exactOptional()
    .describe('how far the words push; 1 takes the model as it is'),
  temperature: z
    .number()
    .min(0)
    .exactOptional()
    .describe('more is bolder, 0 always takes the likeliest'),
  topK: z
    .int()
    .min(0)
    .exactOptional()
    .describe('choose among the k likeliest codes only; 0 for all'),
  topP: share.exactOptional().describe('choose among the likeliest codes up to this share'),
  passes: count.max(1024).exactOptional().describe('passes in which masked codes are filled in'),
  candidates: count
    .max(1024)
    .exactOptional()
    .describe('drawings of which the one is kept that the model itself reads as the words'),
  order: z
    .enum(drawingOrders)
    .exactOptional()
    .describe('of clips with masked codes: whether the first frame is filled before all others'),
})

export const textImageRecipe = z
  .strictObject({
    task: z.literal('text-image').describe('trains a model of words and pictures or clips'),
    ...pictureKeys,
    start: z
      .string()
      .min(1)
      .optional()
      .describe(
        'a model folder to go on from, of words and pictures: its tokenizers and its network count',
      ),
    tokenizer: z
      .string()
      .min(1)
      .optional()
      .describe('the model folder of a trained image tokenizer; or give imageTokenizer or start'),
    imageTokenizer: ownTokenizerSchema
      .optional()
      .describe('an image tokenizer that is trained first, on the same data'),
    text: textSchema.prefault({}).describe('the text tokenizer, which is trained first'),
    model: modelSchema.prefault({}).describe('the network'),
    objective: objectiveSchema.prefault({}).describe('what the network learns to predict'),
    drawing: drawingSchema
      .prefault({})
      .describe('how the finished model draws unless it is told otherwise; may change on resuming'),
  })
  .superRefine(({ tokenizer, imageTokenizer, start }, context) => {
    const given = Object.entries({ tokenizer, imageTokenizer, start }).flatMap(([key, value]) =>
      value === undefined ? [] : [key],
    )
    if (given.length === 1) return
    const found = given.length === 0 ? 'none' : given.join(' and ')
    const message = `expected one of tokenizer, a model folder, imageTokenizer or start, got ${found}.`
    context.addIssue({ code: 'custom', message })
  })
  .superRefine(({ data, imageTokenizer }, context) => {
    if (imageTokenizer === undefined) return
    checkFrames({ ...imageTokenizer, data }, context, ['imageTokenizer', 'frames'])
  })
  .transform((recipe) => ({
    ...recipe,
    training: withLearningRate(recipe.training, recipe.model.width),
  }))

export type TextImageRecipe = z.output<typeof textImageRecipe>
