/** A look at a table that nobody has seen: all of its records, whatever its columns are called. */

import { createFaultCounter } from '../../data/fault-report.js'
import { printFault } from '../../data/source.js'
import { statFile } from '../../data/text/decode-text.js'
import { readRecords } from '../../data/text/read-records.js'
import { type DelimitedLayout, readLayout } from '../../data/text/table-layout.js'
import { DataError } from '../../errors.js'
import type { Files } from '../../storage/files.js'

export interface TableLook {
  /** As the recipe names it. */
  readonly path: string
  /** The fields of its records. */
  readonly records: readonly Readonly<Record<string, unknown>>[]
  /** Records that cannot be read. */
  readonly faults: number
  /** How a CSV or TSV file is separated, and what its first row was taken for. */
  readonly delimited?: DelimitedLayout
}

/** Throws DataError where there are no records. */
export const lookAtTable = async (files: Files, path: string): Promise<TableLook> => {
  await statFile(files, path)
  const { delimited } = await readLayout(path, {}, { files })
  const faults = createFaultCounter(1)
  const records: TableLook['records'][number][] = []
  const options = delimited === undefined ? {} : { header: delimited.header }
  for await (const { fields } of readRecords(path, options, { files, onFault: faults.add })) {
    records.push(fields)
  }
  const { count, first } = faults.report()
  if (records.length > 0) {
    return { path, records, faults: count, ...(delimited === undefined ? {} : { delimited }) }
  }
  throw new DataError(
    first[0] === undefined ? `${path}: there are no rows; add some` : printFault(first[0]),
  )
}
