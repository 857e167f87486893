/** The part of a recipe that says which texts a run learns from. */

import { z } from 'zod'

export const textDataSchema = z.strictObject({
  path: z
    .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
    .describe('text files, or folders that hold some'),
  documents: z
    .enum(['file', 'line', 'paragraph'])
    .default('file')
    .describe('what counts as a document of its own; paragraphs have blank lines between them'),
  validation: z
    .strictObject({
      share: z.number().min(0).max(0.5).default(0.1).describe('share that training never sees'),
      from: z
        .enum(['documents', 'end'])
        .default('documents')
        .describe('whole documents here and there, or the end of the texts'),
    })
    .prefault({})
    .describe('what is held out to measure on'),
})

export type TextDataRecipe = z.output<typeof textDataSchema>
