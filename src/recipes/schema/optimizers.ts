/** The options of the optimizers, as recipes write them. */

import { z } from 'zod'
import type { Choosable } from './choice.js'

const decay = z.number().min(0).lt(1)

const weightDecay = z
  .number()
  .min(0)
  .max(1)
  .default(0.1)
  .describe('how strongly matrices are drawn to zero, times the learning rate')

const betas = z
  .tuple([decay, decay])
  .default([0.9, 0.95])
  .describe('how much of the averages of gradients and of their squares is kept')

const adamw = {
  kind: 'adamw',
  summary: 'Adam with decoupled weight decay',
  options: z.strictObject({ betas, weightDecay }),
} as const satisfies Choosable

const muon = {
  kind: 'muon',
  summary: 'orthogonal updates for matrices, AdamW for all else',
  options: z.strictObject({
    momentum: decay.default(0.95).describe('how much of the average of gradients is kept'),
    betas: betas.describe('the same for what AdamW updates'),
    weightDecay,
  }),
} as const satisfies Choosable

export const optimizers = { adamw, muon }
