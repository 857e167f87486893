/** The part of a recipe that says what of a trained model is trained further. */

import { z } from 'zod'
import type { Choosable } from './choice.js'

const count = z.int().positive()

const all = {
  kind: 'all',
  summary: 'every parameter',
  options: z.strictObject({}),
} as const satisfies Choosable

const head = {
  kind: 'head',
  summary: 'what stands above the last block',
  options: z.strictObject({}),
} as const satisfies Choosable

const last = {
  kind: 'last',
  summary: 'the last blocks and what stands above them',
  options: z.strictObject({ blocks: count.default(1).describe('how many blocks') }),
} as const satisfies Choosable

const adapters = {
  kind: 'adapters',
  summary: 'low-rank adapters beside the matrices of blocks, which stand still (LoRA)',
  options: z.strictObject({
    rank: count.max(1024).default(8).describe('inner size of an adapter'),
    strength: z.number().positive().default(16).describe('what adapters add is times this / rank'),
  }),
} as const satisfies Choosable

export const tunings = { all, head, last, adapters }

export const frozenSchema = z
  .array(z.string().min(1))
  .default([])
  .describe('names of parameters that stand still; * stands for any part of a name')
