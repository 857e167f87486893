/**
 * How large the sizes in a model's configuration may be. Configurations come from strangers, and
 * lists as long as they say are made before any weight is compared with them: the limits are several
 * times what the largest published models have, and small enough for memory.
 */

import { z } from 'zod'

const atMost = (limit: number) => z.int().positive().max(limit)

export const sizes = {
  vocabulary: atMost(2 ** 22),
  /** Tokens that are read or written at most. */
  context: atMost(2 ** 22),
  width: atMost(2 ** 16),
  /** As recipes have it. */
  depth: atMost(256),
  heads: atMost(2 ** 12),
  hidden: atMost(2 ** 18),
  segments: atMost(2 ** 10),
  /** Of a picture: along one side. */
  pixels: atMost(2 ** 12),
  /** Of the grid of a picture's codes: along one side. */
  side: atMost(2 ** 10),
  frames: atMost(2 ** 12),
  /** Of the entries of a code book. */
  channels: atMost(2 ** 12),
  /** Of convolutions that may be left out, by 0. */
  optionalChannels: z
    .int()
    .min(0)
    .max(2 ** 12),
  /** Passes, beams, candidates: what is done again and again. */
  repetitions: atMost(2 ** 12),
} as const

/** Codes of a picture or clip at most: each sees all others. */
export const largestLayout = 2 ** 16
