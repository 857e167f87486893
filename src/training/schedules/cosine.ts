import { z } from 'zod'
import { afterWarmup, defineSchedule, floor, warmup } from './schedule.js'

/** Half a wave of the cosine, from 1 down to `floor`, over a progress from 0 to 1. */
export const halfCosine = (progress: number, floor: number): number =>
  floor + ((1 - floor) * (1 + Math.cos(Math.PI * progress))) / 2

/** Cosine annealing (Loshchilov & Hutter 2017, equation 5, one cycle). */
export const cosine = defineSchedule({
  kind: 'cosine',
  summary: 'falls along half a cosine',
  options: z.strictObject({ warmup, floor: floor.default(0.1) }),
  create: ({ warmup, floor }, steps) =>
    afterWarmup({ warmup, steps }, (progress) => halfCosine(progress, floor)),
})
