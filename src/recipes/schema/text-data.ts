/** The part of a recipe that says which texts a run learns from. */

import { z } from 'zod'
import { heldOutShare } from './held-out.js'
import { columnNamesSchema, headerSchema } from './table.js'
import { textFiltersSchema } from './text-filters.js'

export const textDataSchema = z.strictObject({
  path: z
    .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
    .describe('text files, tables (.jsonl, .csv, .tsv, .parquet), or folders that hold some'),
  documents: z
    .enum(['file', 'line', 'paragraph'])
    .default('file')
    .describe('what is a document in plain text; paragraphs have blank lines between them'),
  field: z
    .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
    .default('text')
    .describe(
      'field of tables that holds the text, or a template: `{title}: {abstract}`; of several, the first that a table has',
    ),
  conversations: z
    .string()
    .min(1)
    .optional()
    .describe(
      'field of tables that holds conversations, such as `messages`, of which the answers are learned; filters do not apply to them',
    ),
  columns: columnNamesSchema,
  header: headerSchema,
  filters: textFiltersSchema.prefault({}).describe('which documents are left out or changed'),
  validation: z
    .strictObject({
      share: heldOutShare.default(0.1).describe('share that training never sees'),
      from: z
        .enum(['documents', 'end'])
        .default('documents')
        .describe('whole documents here and there, or the end of the texts'),
    })
    .prefault({})
    .describe('what is held out to measure on'),
})

export type TextDataRecipe = z.output<typeof textDataSchema>
