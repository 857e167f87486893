/** The part of a recipe that says how long and how a run learns. */

import { z } from 'zod'
import * as optimizers from '../../training/optimizers/index.js'
import * as schedules from '../../training/schedules/index.js'
import { learningRateOfWidth } from '../depth.js'
import { choiceOf } from './choice.js'
import { intervalSchema } from './interval.js'

const count = z.int().positive()

/** A run ends after one of these. */
const budgets = ['steps', 'minutes', 'epochs'] as const

export const trainingSchema = z
  .strictObject({
    steps: count.optional().describe('length of the run in updates; or give minutes or epochs'),
    minutes: z.number().positive().optional().describe('length of the run on the clock'),
    epochs: z
      .number()
      .positive()
      .optional()
      .describe('length of the run in passes over the training examples'),
    batch: count.max(65_536).default(32).describe('examples in one pass through the network'),
    accumulation: count
      .max(1024)
      .default(1)
      .describe('passes whose gradients are added up for one update'),
    learningRate: z
      .number()
      .positive()
      .max(1)
      .optional()
      .describe('size of an update at the top of the schedule; by default 0.0006 · √(768 / width)'),
    schedule: choiceOf(schedules, 'cosine').describe('how the learning rate rises and falls'),
    optimizer: choiceOf(optimizers, 'adamw').describe('how gradients become updates'),
    clipNorm: z
      .number()
      .positive()
      .default(1)
      .describe('largest norm of all gradients together; larger ones are scaled down'),
    average: z
      .number()
      .min(0)
      .lt(1)
      .default(0.999)
      .describe('how much of the moving average of the weights is kept at a step; 0 keeps none'),
    final: z
      .enum(['last', 'best'])
      .default('last')
      .describe('which weights the model gets: the last, or the best by held-out examples'),
    evaluateEvery: intervalSchema
      .prefault('5 m')
      .describe('steps, or a time, between measurements on held-out examples'),
    sampleEvery: intervalSchema
      .prefault('10 m')
      .describe('steps, or a time, between sheets of sample pictures'),
    checkpointEvery: intervalSchema
      .prefault('5 m')
      .describe('steps, or a time, between saved states'),
    keep: count.default(2).describe('saved states that are kept beside the best'),
  })
  .superRefine((training, context) => {
    const given = budgets.filter((budget) => training[budget] !== undefined)
    if (given.length === 1) return
    const found = given.length === 0 ? 'none' : given.join(' and ')
    const message = `expected one of ${budgets.join(', ')} as the length of the run, got ${found}.`
    context.addIssue({ code: 'custom', message, path: given.slice(1, 2) })
  })

export type TrainingRecipe = z.output<typeof trainingSchema>

/** A recipe's training with the learning rate that suits the width of its network, if it has none. */
export const withLearningRate = <Training extends { readonly learningRate?: number | undefined }>(
  training: Training,
  width: number,
) => ({ ...training, learningRate: training.learningRate ?? learningRateOfWidth(width) })
