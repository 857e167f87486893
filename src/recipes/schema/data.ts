/** The part of a recipe that says which pictures and words a run learns from. */

import { z } from 'zod'
import { languages } from '../../data/example.js'
import type { Source } from '../../data/source.js'
import * as sources from '../../data/sources/index.js'
import { choiceOf } from './choice.js'

/** The kinds of sources whose examples may have several frames. */
export const sourcesOfClips: readonly string[] = Object.values<Source>(sources)
  .filter(({ hasClips }) => hasClips)
  .map(({ kind }) => kind)

const share = z.number().min(0).max(1)

const augmentationSchema = z.strictObject({
  flip: share
    .default(0.5)
    .describe('how often a picture is mirrored, where that keeps its meaning'),
  shift: z.int().min(0).max(64).default(3).describe('pixels that a picture moves at most'),
  scale: z
    .number()
    .min(0)
    .max(0.5)
    .default(0.06)
    .describe('how much smaller or larger at most: 0.1 draws sizes from 0.9 to 1.1'),
  color: z
    .number()
    .min(0)
    .max(0.9)
    .default(0.15)
    .describe('how much brightness and saturation change at most'),
})

const splitSchema = z.strictObject({
  seed: z
    .int()
    .min(0)
    .default(0)
    .describe('which are held out; apart from the seed of the run, so that runs can agree on it'),
  heldOutGroups: share
    .max(0.9)
    .default(0.1)
    .describe('share of the groups that training never sees, in any style'),
  heldOutNames: z
    .array(z.string().min(1))
    .default([])
    .describe('groups that training never sees, by name, beside those of the share'),
  heldOutPairs: z
    .int()
    .min(0)
    .default(300)
    .describe('groups of which training does not see one of the styles'),
})

export const dataSchema = z.strictObject({
  source: choiceOf(sources).describe('where the pictures and words come from'),
  fit: z
    .enum(['contain', 'cover'])
    .default('contain')
    .describe('whether a picture is shown as a whole or fills the square'),
  languages: z
    .array(z.enum(languages))
    .min(1)
    .default([...languages])
    .describe('languages of the captions; an image tokenizer reads none'),
  augmentation: augmentationSchema
    .prefault({})
    .describe('small changes to pictures, at random; 0 leaves one out'),
  split: splitSchema.prefault({}).describe('what is held out to measure on'),
})

export type DataRecipe = z.output<typeof dataSchema>

/** Frames of a source's examples for a tokenizer that reads so many at most: pictures have one. */
export const framesOfSource = ({ source }: DataRecipe, frames: number): number =>
  sourcesOfClips.includes(source.kind) ? frames : 1

/** Frames of a longer clip from one that an example shows to the next, where a source says so. */
export const strideOfSource = ({ source }: DataRecipe): number | undefined =>
  'stride' in source ? source.stride : undefined
