/** A look at a table that nobody has seen: all of its records, whatever its columns are called. */

import { createFaultCounter } from '../../data/fault-report.js'
import { printFault } from '../../data/source.js'
import { type ReadRecordsOptions, readRecords } from '../../data/text/read-records.js'
import { DataError } from '../../errors.js'
import type { Files } from '../../storage/files.js'

export interface TableLook {
  /** As the recipe names it. */
  readonly path: string
  /** The fields of its records. */
  readonly records: readonly Readonly<Record<string, unknown>>[]
  /** Records that cannot be read. */
  readonly faults: number
}

/** Throws DataError where there are no records. */
export const lookAtTable = async (files: Files, path: string): Promise<TableLook> => {
  const faults = createFaultCounter(1)
  const options: ReadRecordsOptions = /\.csv(\.gz)?$/i.test(path)
    ? { header: 'present' }
    : { wanted: ['text', 'label'], withOthers: true }
  const records: TableLook['records'][number][] = []
  for await (const { fields } of readRecords(path, options, { files, onFault: faults.add })) {
    records.push(fields)
  }
  const { count, first } = faults.report()
  if (records.length > 0) return { path, records, faults: count }
  throw new DataError(
    first[0] === undefined ? `${path}: there are no rows; add some` : printFault(first[0]),
  )
}
