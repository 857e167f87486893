/** The part of a recipe that says which texts and labels a run learns from. */

import { z } from 'zod'
import { checkHeldOut, heldOutShare } from './held-out.js'
import { headerOrNamesSchema } from './table.js'

const count = z.int().positive()

export const labelledDataSchema = z
  .strictObject({
    path: z
      .string()
      .min(1)
      .describe('a table to train on: .tsv (text, label), .csv, .jsonl or .parquet'),
    validation: z
      .union([z.string().min(1), heldOutShare])
      .default(0.1)
      .describe('a table to measure on during the run, or a share of the rows to train on'),
    test: z
      .union([z.string().min(1), heldOutShare])
      .optional()
      .describe('the same for what `evaluate` measures on; the validation part if left out'),
    text: z
      .string()
      .min(1)
      .default('text')
      .describe('the column of the text, or a template of several: `{title}: {abstract}`'),
    label: z.string().min(1).default('label').describe('the column of the label'),
    header: headerOrNamesSchema,
    names: z
      .string()
      .min(1)
      .optional()
      .describe('a file with a name on each line, for labels that are numbers from 0'),
    rows: count
      .optional()
      .describe('rows to train on at most, chosen by the seed; all of them if left out'),
    columns: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe('columns of numbers that make up a text, in the place of the column of the text'),
  })
  .superRefine(checkHeldOut)

export type LabelledDataRecipe = z.output<typeof labelledDataSchema>
