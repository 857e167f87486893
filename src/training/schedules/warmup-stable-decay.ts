import { z } from 'zod'
import { afterWarmup, defineSchedule, floor, share, warmup } from './schedule.js'

/** How each curve falls from 1 to 0 over a progress from 0 to 1. */
const curves = {
  linear: (progress: number) => 1 - progress,
  /** Hägele et al. 2024, equation 2: found to be the best of those they tried. */
  'square-root': (progress: number) => 1 - Math.sqrt(progress),
}

/** Warm-up, a plateau, and a decay over the last share of the run (Hu et al. 2024). */
export const warmupStableDecay = defineSchedule({
  kind: 'warmup-stable-decay',
  summary: 'stays at the whole learning rate, then falls over the last part',
  options: z.strictObject({
    warmup,
    decay: share.default(0.2).describe('share of the run over which the learning rate falls'),
    curve: z
      .enum(['linear', 'square-root'])
      .default('square-root')
      .describe('how it falls: evenly, or fast at first'),
    floor: floor.default(0),
  }),
  create: ({ warmup, decay, curve, floor }, steps) => {
    // The decay is a share of the whole run, the curve's progress one of what follows the warm-up.
    const start = Math.max(0, 1 - decay / Math.max(1e-9, 1 - warmup))
    return afterWarmup({ warmup, steps }, (progress) =>
      progress <= start ? 1 : floor + (1 - floor) * curves[curve]((progress - start) / (1 - start)),
    )
  },
})
