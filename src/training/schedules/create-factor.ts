/** From a recipe's choice of a schedule to the factors of a run. */

import type { z } from 'zod'
import * as schedules from './index.js'
import type { Factor, Schedule } from './schedule.js'

type Schedules = typeof schedules

/** The options of one schedule and the kind that names it. */
export type ScheduleOptions = {
  [Name in keyof Schedules]: { readonly kind: Schedules[Name]['kind'] } & z.output<
    Schedules[Name]['options']
  >
}[keyof Schedules]

/** The factor of the learning rate at each step of a run of `steps` steps. */
export const createFactor = (options: ScheduleOptions, steps: number): Factor => {
  const schedule = Object.values<Schedule>(schedules).find(({ kind }) => kind === options.kind)!
  return schedule.create(options, steps)
}
