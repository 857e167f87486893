/** The part of a recipe that says which texts are left out, or changed, before training. */

import { z } from 'zod'
import { textLanguages } from '../../data/text/filters/language.js'
import { normalizationForms } from '../../data/text/filters/normalization.js'

const count = z.int().positive()

export const textFiltersSchema = z.strictObject({
  normalization: z
    .enum([...normalizationForms, 'none'])
    .default('NFC')
    .describe('Unicode spelling: NFKC also makes full-width letters plain'),
  minimumLength: count.optional().describe('characters that a document has at least'),
  maximumLength: count.optional().describe('characters that a document has at most'),
  languages: z
    .array(z.enum(textLanguages))
    .min(1)
    .optional()
    .describe('languages that are kept, told by the scripts of the letters; by default all'),
  blockList: z
    .string()
    .min(1)
    .optional()
    .describe('a file with a word a line; documents that hold one are dropped'),
  emailAddresses: z.boolean().default(false).describe('whether e-mail addresses become `<email>`'),
  telephoneNumbers: z
    .boolean()
    .default(false)
    .describe('whether telephone numbers become `<phone>`'),
  exactDuplicates: z.boolean().default(true).describe('whether equal documents are dropped'),
  nearDuplicates: z
    .strictObject({
      similarity: z
        .number()
        .min(0.3)
        .max(1)
        .default(0.8)
        .describe('Jaccard similarity from which a document is dropped'),
      unit: z.enum(['characters', 'words']).default('characters').describe('what shingles are of'),
      shingle: count.max(100).default(5).describe('units in a shingle'),
    })
    .optional()
    .describe('drops documents that are nearly the same as an earlier one; by default none'),
  overlap: z
    .strictObject({
      path: z.string().min(1).describe('a text file, each line a text, or a table'),
      field: z.string().min(1).default('text').describe('the field of a table, or a template'),
      length: count.max(1000).default(13).describe('words in a run; a Chinese character is one'),
      action: z
        .enum(['drop', 'report'])
        .default('drop')
        .describe('what becomes of documents that share a run'),
    })
    .optional()
    .describe('finds documents that share a run of words with texts to measure on'),
})
