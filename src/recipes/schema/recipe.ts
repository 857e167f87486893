/** The keys that recipes of several tasks have. */

import { z } from 'zod'
import { dataSchema } from './data.js'
import { trainingSchema } from './training.js'

/** The keys of all tasks; `data` says what a run learns from, and what that is differs by medium. */
export const runKeys = <Data extends z.ZodType>(data: Data) => ({
  summary: z.string().default('').describe('one line about the run, for lists and model cards'),
  seed: z
    .int()
    .min(0)
    .default(0)
    .describe('where all randomness comes from; the same seed gives the same run'),
  data,
  training: trainingSchema.describe('how long and how the run learns'),
})

/** The keys of the tasks that learn from pictures. */
export const pictureKeys = runKeys(
  dataSchema.describe('which pictures and words the run learns from'),
)
