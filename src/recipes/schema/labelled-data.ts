/** The part of a recipe that says which texts and labels a run learns from. */

import { z } from 'zod'
import { headerSchema } from './table.js'

const count = z.int().positive()
const share = z.number().gt(0).max(0.5)

export const labelledDataSchema = z
  .strictObject({
    path: z
      .string()
      .min(1)
      .describe('a table to train on: .tsv (text, label), .csv, .jsonl or .parquet'),
    validation: z
      .union([z.string().min(1), share])
      .default(0.1)
      .describe('a table to measure on during the run, or a share of the rows to train on'),
    test: z
      .union([z.string().min(1), share])
      .optional()
      .describe('the same for what `evaluate` measures on; the validation part if left out'),
    text: z
      .string()
      .min(1)
      .default('text')
      .describe('the column of the text, or a template of several: `{title}: {abstract}`'),
    label: z.string().min(1).default('label').describe('the column of the label'),
    header: headerSchema,
    names: z
      .string()
      .min(1)
      .optional()
      .describe('a file with a name on each line, for labels that are numbers from 0'),
    columns: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe('columns of numbers that make up a text, in the place of the column of the text'),
    bins: count
      .min(2)
      .max(256)
      .default(8)
      .describe('into how many bins of equal size the numbers of a column are sorted'),
  })
  .superRefine(({ validation, test }, context) => {
    if (typeof validation !== 'number' || typeof test !== 'number' || validation + test < 0.9)
      return
    const message = `expected shares that leave rows to train on, got ${validation} and ${test}.`
    context.addIssue({ code: 'custom', message, path: ['test'] })
  })

export type LabelledDataRecipe = z.output<typeof labelledDataSchema>
