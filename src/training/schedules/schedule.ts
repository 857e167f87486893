/**
 * What a schedule is: how the learning rate of a run rises and falls, as a factor for each step.
 * The learning rate itself, and how many steps there are, is the recipe's business.
 */

import { z } from 'zod'

/** The factor of the learning rate at a step, counted from 1; from 0 to 1. */
export type Factor = (step: number) => number

export interface Schedule<Kind extends string = string, Options extends z.ZodObject = z.ZodObject> {
  readonly kind: Kind
  readonly summary: string
  readonly options: Options
  /** The factors of a run of `steps` steps; later steps keep the last factor. */
  create(options: z.output<Options>, steps: number): Factor
}

export const defineSchedule = <const Kind extends string, Options extends z.ZodObject>(
  schedule: Schedule<Kind, Options>,
): Schedule<Kind, Options> => schedule

export const share = z.number().min(0).max(1)

/** The option that all schedules have. */
export const warmup = share
  .default(0.02)
  .describe('share of the run over which the learning rate rises from 0')

/** The option of those that fall at the end. */
export const floor = share.describe('share of the learning rate that is left at the end')

/**
 * Rises evenly over a share of the steps, then follows a curve: the curve's progress is 0 at the
 * first step with the whole learning rate and 1 at the last step.
 */
export const afterWarmup = (
  { warmup, steps }: { readonly warmup: number; readonly steps: number },
  curve: (progress: number) => number,
): Factor => {
  const top = Math.max(1, Math.round(warmup * steps))
  return (step) =>
    step < top ? step / top : curve(Math.min(1, (step - top) / Math.max(1, steps - top)))
}
