/** What recipes say of tables without a header. */

import { z } from 'zod'

export const headerSchema = z
  .enum(['detect', 'present', 'absent'])
  .default('detect')
  .describe('whether the first row of a CSV or TSV file names the columns')

export const columnNamesSchema = z
  .array(z.string().min(1))
  .min(1)
  .optional()
  .describe('names of the columns of CSV and TSV files without a header; by default text, label')
