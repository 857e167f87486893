/**
 * Rows of tables, such as a text with its label, a text with the one to be written, or a
 * conversation. A row that cannot be used is reported with its line and left out.
 */

import { DataError } from '../../../errors.js'
import { createFaultCounter } from '../../fault-report.js'
import { printFault, reportFault } from '../../source.js'
import { readRecords } from '../read-records.js'
import type { LayoutOptions } from '../table-layout.js'
import type { RecordContext } from '../table-record.js'
import type { RowPlace, RowShape } from './row-shape.js'

/** How tables name their columns. */
export type TableOptions = Pick<LayoutOptions, 'columns' | 'header' | 'howAbsent'>

/** What reading rows uses of the world around it, and who is told the faults. */
type CollectContext = RecordContext & Required<Pick<RecordContext, 'onFault'>>

/** The good rows of tables, in order. */
export async function* readRows<Row extends object>(
  paths: readonly string[],
  shape: RowShape<Row>,
  options: TableOptions,
  context: RecordContext,
): AsyncGenerator<Row & RowPlace> {
  for (const path of paths) {
    const wanted = { ...options, wanted: shape.fields }
    for await (const { file, line, fields } of readRecords(path, wanted, context)) {
      const found = shape.read(fields)
      const faults = 'fault' in found ? [found.fault] : (found.leftOut ?? [])
      for (const message of faults) reportFault(context, { file, line, message })
      if ('row' in found) yield { ...found.row, file, line }
    }
  }
}

/** All good rows of tables; others are told to `onFault`. Throws DataError where no row is good. */
export const collectRows = <Row extends object>(
  paths: readonly string[],
  shape: RowShape<Row>,
  options: TableOptions,
  context: CollectContext,
): Promise<(Row & RowPlace)[]> =>
  collectGood(paths.join(', '), (watched) => readRows(paths, shape, options, watched), context)

/** All rows that a reader finds. Throws DataError, with the first fault, where there are none. */
export const collectGood = async <Row>(
  where: string,
  open: (context: RecordContext) => AsyncIterable<Row>,
  context: CollectContext,
): Promise<Row[]> => {
  const faults = createFaultCounter(1)
  const watched: RecordContext = {
    ...context,
    onFault: (fault) => {
      faults.add(fault)
      context.onFault(fault)
    },
  }
  const rows: Row[] = []
  for await (const row of open(watched)) rows.push(row)
  if (rows.length > 0) return rows
  const { count, first } = faults.report()
  const [fault] = first
  if (fault === undefined) throw new DataError(`${where}: there are no rows; add some`)
  // A file that cannot be read is a fault without a line.
  throw new DataError(
    fault.line === undefined
      ? printFault(fault)
      : `${where}: none of the ${count} rows can be used; ${printFault(fault)}`,
  )
}
