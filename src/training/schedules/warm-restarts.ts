import { z } from 'zod'
import { halfCosine } from './cosine.js'
import { afterWarmup, defineSchedule, floor, warmup } from './schedule.js'

/**
 * Cosine annealing with warm restarts (SGDR, Loshchilov & Hutter 2017, equation 5). The cycles fill
 * the run, so that its last step ends a cycle: where the averaged weights are best.
 */
export const warmRestarts = defineSchedule({
  kind: 'warm-restarts',
  summary: 'falls along a cosine and starts again, in cycles that grow',
  options: z.strictObject({
    warmup,
    floor: floor.default(0),
    cycles: z.int().min(1).max(64).default(3).describe('how often the learning rate falls'),
    growth: z
      .number()
      .min(1)
      .max(16)
      .default(2)
      .describe('how many times longer each cycle is than the one before'),
  }),
  create: ({ warmup, floor, cycles, growth }, steps) => {
    const lengths = Array.from({ length: cycles }, (_, cycle) => growth ** cycle)
    const total = lengths.reduce((sum, length) => sum + length)
    return afterWarmup({ warmup, steps }, (progress) => {
      let rest = progress * total
      const cycle = lengths.findIndex((length, index) => {
        if (rest < length || index === cycles - 1) return true
        rest -= length
        return false
      })
      return halfCosine(rest / lengths[cycle]!, floor)
    })
  },
})
