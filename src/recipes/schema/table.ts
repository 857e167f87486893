/** What recipes say of tables without a header. */

import { z } from 'zod'

const headers = z.enum(['detect', 'present', 'absent'])
const columnNames = z.array(z.string().min(1)).min(1)

export const headerSchema = headers
  .default('detect')
  .describe('whether the first row of a CSV or TSV file names the columns')

/** The same for recipes that name columns in no other place. */
export const headerOrNamesSchema = z
  .union([headers, columnNames])
  .default('detect')
  .describe(
    'whether the first row of a CSV or TSV file names the columns, or names for those of a file without a header; by default text, label',
  )

export const columnNamesSchema = columnNames
  .optional()
  .describe('names of the columns of CSV and TSV files without a header; by default text, label')
