/** The configuration of an adapter's folder: beside which weights it stands, and what both make. */

import { z } from 'zod'
import { languageSchema } from '../text/config.js'
import { textClassificationSchema } from '../text-classification/config.js'
import { textPairsSchema } from '../text-pairs/config.js'

export const adapterTask = 'adapter'

export const adapterSchema = z.strictObject({
  task: z.literal(adapterTask),
  base: z
    .strictObject({
      folder: z.string().min(1).describe('where it was when the adapter was trained'),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
    })
    .describe('the model whose weights stand still, and the hash of its model.safetensors'),
  rank: z.int().positive().max(1024).describe('inner size of the adapters'),
  strength: z.number().positive().describe('what they add is times this / rank'),
  leftOut: z.array(z.string()).describe('tensors of the base that the whole model has not'),
  model: z
    .discriminatedUnion('task', [languageSchema, textClassificationSchema, textPairsSchema])
    .describe('the configuration of base and adapter together'),
})

export type AdapterConfig = z.output<typeof adapterSchema>
