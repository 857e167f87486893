/** Recipes that train an image tokenizer: pictures or clips to codes and back. */

import { z } from 'zod'
import { imageTokenizerKeys } from '../../tokenizers/image/config.js'
import { headsOfWidth, widthOfDepth } from '../depth.js'
import { type DataRecipe, sourcesOfClips } from '../schema/data.js'
import { checkHeads, suggest } from '../schema/heads.js'
import { pictureKeys } from '../schema/recipe.js'
import { type TrainingRecipe, withLearningRate } from '../schema/training.js'

const count = z.int().positive()
const weight = z.number().min(0)

/** Narrow heads: a picture has few codes, and there is much to attend to in each. */
const headWidth = 32

const tokenizerSchema = imageTokenizerKeys
  .omit({ size: true, frames: true })
  .extend({
    width: count.max(8192).optional().describe('size of the hidden states; by default 64 · depth'),
    heads: count.max(256).optional().describe('attention heads; by default width / 32'),
  })
  .transform(({ patch, followingPatch, depth, width = widthOfDepth(depth), heads, ...others }) => ({
    patch,
    followingPatch,
    depth,
    width,
    heads: heads ?? headsOfWidth(width, headWidth),
    ...others,
  }))
  .superRefine(checkHeads)

const lossSchema = z.strictObject({
  absolute: weight.default(1).describe('weight of the mean absolute difference of pixels'),
  squared: weight.default(1).describe('weight of the mean squared difference of pixels'),
  perceptual: weight.default(0.1).describe('weight of the difference of learned features'),
  frames: count
    .default(2)
    .describe('frames of each clip, at random, that learned features and the critic see'),
  adversarial: z
    .strictObject({
      weight: weight.default(0.1).describe('weight of the critic’s opinion; 0 trains no critic'),
      start: z
        .number()
        .min(0)
        .max(1)
        .default(0.6)
        .describe('share of the run after which the critic is heard'),
    })
    .prefault({})
    .describe('a critic that learns to tell drawn pictures from real ones'),
})

/** The keys that say what the tokenizer is, beside those of all recipes. */
const tokenizerKeys = {
  size: count.min(8).max(1024).default(64).describe('pixels along one side of the pictures'),
  frames: count.max(256).default(1).describe('frames of a clip; 1 for pictures'),
  tokenizer: tokenizerSchema.prefault({}).describe('the network'),
  stillShare: z
    .number()
    .min(0)
    .max(0.9)
    .default(0.4)
    .describe('share of the run in which first frames are learned, before whole clips are'),
  loss: lossSchema.prefault({}).describe('what the network is to get right'),
}

interface Patched {
  readonly size: number
  readonly frames: number
  readonly tokenizer: { readonly patch: number; readonly followingPatch: number }
}

/** Refuses patches that do not divide a picture. */
const checkPatch = ({ size, frames, tokenizer }: Patched, context: z.core.$RefinementCtx): void => {
  const divisors = Array.from({ length: size }, (_, index) => index + 1).filter(
    (divisor) => size % divisor === 0,
  )
  const keys = frames > 1 ? (['patch', 'followingPatch'] as const) : (['patch'] as const)
  for (const key of keys) {
    const patch = tokenizer[key]
    if (size % patch === 0) continue
    context.addIssue({
      code: 'custom',
      path: ['tokenizer', key],
      message: `expected a divisor of size (${size}), got ${patch}.${suggest(patch, divisors)}`,
    })
  }
}

/** Refuses clips from a source that has pictures only; `path` leads to the number of frames. */
export const checkFrames = (
  { frames, data }: { readonly frames: number; readonly data: DataRecipe },
  context: z.core.$RefinementCtx,
  path: string[] = ['frames'],
): void => {
  const kind = data.source.kind
  if (frames === 1 || sourcesOfClips.some((source) => source === kind)) return
  context.addIssue({
    code: 'custom',
    path,
    message: `expected 1, as data.source ${kind} has pictures of one frame, got ${frames}. Clips come from ${sourcesOfClips.join(' or ')}.`,
  })
}

/** Fills in the learning rate that suits the network. */
const withRate = <Keys extends { tokenizer: { width: number }; training: TrainingRecipe }>(
  recipe: Keys,
) => ({ ...recipe, training: withLearningRate(recipe.training, recipe.tokenizer.width) })

export const imageTokenizerRecipe = z
  .strictObject({
    task: z.literal('image-tokenizer').describe('trains an image tokenizer: pictures to codes'),
    ...pictureKeys,
    ...tokenizerKeys,
  })
  .superRefine(checkPatch)
  .superRefine(checkFrames)
  .transform(withRate)

export type ImageTokenizerRecipe = z.output<typeof imageTokenizerRecipe>

/** An image tokenizer that another recipe trains first, on its own data. */
export const ownTokenizerSchema = z
  .strictObject({ ...tokenizerKeys, training: pictureKeys.training })
  .superRefine(checkPatch)
  .transform(withRate)
