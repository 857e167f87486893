import { z } from 'zod'
import { afterWarmup, defineSchedule, warmup } from './schedule.js'

/** The same learning rate at all steps after the warm-up. */
export const constant = defineSchedule({
  kind: 'constant',
  summary: 'stays at the whole learning rate',
  options: z.strictObject({ warmup }),
  create: ({ warmup }, steps) => afterWarmup({ warmup, steps }, () => 1),
})
