/** The keys that recipes of several tasks have. */

import { z } from 'zod'
import { dataSchema } from './data.js'
import { trainingSchema } from './training.js'

/** Of all tasks. */
export const runKeys = {
  summary: z.string().default('').describe('one line about the run, for lists and model cards'),
  seed: z
    .int()
    .min(0)
    .default(0)
    .describe('where all randomness comes from; the same seed gives the same run'),
  training: trainingSchema.describe('how long and how the run learns'),
}

/** Of the tasks that learn from pictures. */
export const pictureKeys = {
  ...runKeys,
  data: dataSchema.describe('which pictures and words the run learns from'),
}
