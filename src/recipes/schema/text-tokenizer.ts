/** The part of a recipe that says how a new text tokenizer is made. */

import { z } from 'zod'

export const textTokenizerSchema = z.strictObject({
  kind: z
    .enum(['byte-pair', 'characters'])
    .default('byte-pair')
    .describe('byte pairs, or one token for each character'),
  vocabulary: z
    .int()
    .positive()
    .min(300)
    .max(200_000)
    .default(4000)
    .describe('byte pairs: pieces, the 256 bytes and special tokens included'),
})

export type TextTokenizerRecipe = z.output<typeof textTokenizerSchema>
