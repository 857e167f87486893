/**
 * The records of tables, one after another, so that no file has to fit in memory: JSON lines, CSV,
 * tab-separated values and Parquet, the first three packed with gzip too. What cannot be read is
 * reported with its line, and left out.
 */

import { DataError } from '../../errors.js'
import { faultOf, reportFault } from '../source.js'
import { statFile } from './decode-text.js'
import { readFields } from './delimited.js'
import { readJsonLines } from './read-json-lines.js'
import { readParquet } from './read-parquet.js'
import { howRecipesSayAbsent, type LayoutOptions, printRow, readLayout } from './table-layout.js'
import { formatOf, type RecordContext, type TableRecord } from './table-record.js'

export interface ReadRecordsOptions extends LayoutOptions {
  /** Whether fields of Parquet are read that are not wanted. */
  readonly withOthers?: boolean
}

/** The records of one file, whose name tells its format. */
export async function* readRecords(
  path: string,
  options: ReadRecordsOptions,
  context: RecordContext,
): AsyncGenerator<TableRecord> {
  try {
    if ((await statFile(context.files, path)).size === 0) {
      throw new DataError(`${path}: the file is empty; fill it or leave it out`)
    }
    for await (const record of openRecords(path, options, context)) {
      context.signal?.throwIfAborted()
      yield record
    }
  } catch (error) {
    if (!(error instanceof DataError) || context.onFault === undefined) throw error
    reportFault(context, faultOf(path, error))
  }
}

const openRecords = (
  path: string,
  options: ReadRecordsOptions,
  context: RecordContext,
): AsyncGenerator<TableRecord> => {
  switch (formatOf(path)) {
    case 'json-lines':
      return readJsonLines(path, context)
    case 'csv':
    case 'tsv':
      return readDelimitedRecords(path, options, context)
    case 'parquet':
      return readParquetRecords(path, options, context)
  }
}

async function* readDelimitedRecords(
  path: string,
  options: ReadRecordsOptions,
  context: RecordContext,
): AsyncGenerator<TableRecord> {
  const { columns, delimited } = await readLayout(path, options, context)
  // That is what layouts of such files have.
  const { header, fault = headerFault(columns, header, options), ...cut } = delimited!
  if (fault !== undefined) throw new DataError(`${path}: ${fault}`)
  let isFirst = true
  for await (const { line, fields } of readFields(path, cut, context)) {
    const isHeader = isFirst && header === 'present'
    isFirst = false
    if (!isHeader) yield { file: path, line, fields: toRecord(columns, fields) }
  }
}

/** What is wrong with a header that was found and has no name that is wanted. */
const headerFault = (
  columns: readonly string[],
  header: 'present' | 'absent',
  { wanted = [], header: said = 'detect', howAbsent = howRecipesSayAbsent }: ReadRecordsOptions,
): string | undefined =>
  said !== 'detect' ||
  header === 'absent' ||
  wanted.length === 0 ||
  wanted.some((name) => columns.includes(name))
    ? undefined
    : `expected a first row that names ${wanted.join(' or ')}, found ${printRow(columns)}; ` +
      `name its columns, or say ${howAbsent} where it is a row like the others`

const toRecord = (names: readonly string[], fields: readonly string[]) =>
  Object.fromEntries(names.map((name, index) => [name, fields[index]!]))

async function* readParquetRecords(
  path: string,
  { wanted, withOthers = false }: ReadRecordsOptions,
  { files }: RecordContext,
): AsyncGenerator<TableRecord> {
  const columns = wanted === undefined || withOthers ? {} : { columns: wanted }
  for await (const { row, fields } of readParquet(files, path, columns)) {
    yield { file: path, line: row, fields }
  }
}
