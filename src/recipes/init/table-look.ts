/** A look at a table that nobody has seen: all of its records, whatever its columns are called. */

import { createFaultCounter } from '../../data/fault-report.js'
import { printFault } from '../../data/source.js'
import { hasNamesOnTop, readRecords } from '../../data/text/read-records.js'
import { DataError } from '../../errors.js'
import type { Files } from '../../storage/files.js'

export interface TableLook {
  /** As the recipe names it. */
  readonly path: string
  /** The fields of its records. */
  readonly records: readonly Readonly<Record<string, unknown>>[]
  /** Records that cannot be read. */
  readonly faults: number
  /** What the first row of a TSV file was taken for: names of columns, or a row like the others. */
  readonly header?: 'present' | 'absent'
}

/** Throws DataError where there are no records. */
export const lookAtTable = async (files: Files, path: string): Promise<TableLook> => {
  const assumed = /\.tsv(\.gz)?$/i.test(path) ? { header: await lookForHeader(files, path) } : {}
  const faults = createFaultCounter(1)
  const records: TableLook['records'][number][] = []
  const options = { header: 'present', ...assumed } as const
  for await (const { fields } of readRecords(path, options, { files, onFault: faults.add })) {
    records.push(fields)
  }
  const { count, first } = faults.report()
  if (records.length > 0) return { path, records, faults: count, ...assumed }
  throw new DataError(
    first[0] === undefined ? `${path}: there are no rows; add some` : printFault(first[0]),
  )
}

const lookForHeader = async (files: Files, path: string): Promise<'present' | 'absent'> =>
  (await hasNamesOnTop(path, { files })) ? 'present' : 'absent'
