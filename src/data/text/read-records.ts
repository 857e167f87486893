/**
 * The records of tables, one after another, so that no file has to fit in memory: JSON lines, CSV,
 * tab-separated values and Parquet, the first three packed with gzip too. What cannot be read is
 * reported with its line, and left out.
 */

import { DataError } from '../../errors.js'
import { faultOf, reportFault, type SourceContext } from '../source.js'
import { type CsvRecord, createCsvReader } from './csv.js'
import { openText, statFile } from './decode-text.js'
import { readFileLines } from './read-lines.js'
import { readParquet } from './read-parquet.js'
import { rowsLookedAt, seemsHeader } from './table-header.js'

export interface TableRecord {
  readonly file: string
  /** From 1; in a Parquet file, the number of the row. */
  readonly line: number
  readonly fields: Readonly<Record<string, unknown>>
}

export interface ReadRecordsOptions {
  /** Fields that are asked for: by them a header is known, and of Parquet no others are read. */
  readonly wanted?: readonly string[]
  /** Whether the other fields of Parquet are read as well. */
  readonly withOthers?: boolean
  /** Names for the columns of CSV and TSV files without a header, or in place of it. */
  readonly columns?: readonly string[]
  /**
   * Whether the first row names the columns: it does when it has one that is wanted. Where none is,
   * and there are no names for the columns, a first row that seems to name others is a fault of the
   * file: that of a CSV file always does, of a TSV file where it is unlike the rows after it.
   */
  readonly header?: 'detect' | 'present' | 'absent'
}

/** What reading records uses of the world around it. */
export interface RecordContext extends Pick<SourceContext, 'files' | 'onFault'> {
  /** Ends the reading, which then throws the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/** Files that hold records, by the end of their name. */
export const tableEnding = /\.(?:(?:jsonl|ndjson|csv|tsv)(?:\.gz)?|parquet)$/i

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
  const format = /\.(jsonl|ndjson|csv|tsv|parquet)(?:\.gz)?$/i.exec(path)?.[1]?.toLowerCase()
  switch (format) {
    case 'jsonl':
    case 'ndjson':
      return readJsonRecords(path, context)
    case 'csv':
    case 'tsv':
      return readDelimitedRecords(path, format, options, context)
    case 'parquet':
      return readParquetRecords(path, options, context)
    default:
      throw new DataError(
        `${path}: expected a table, whose name ends in .jsonl, .csv, .tsv or .parquet; rename or convert it`,
      )
  }
}

async function* readJsonRecords(path: string, context: RecordContext): AsyncGenerator<TableRecord> {
  for await (const { line, text } of readFileLines(path, context)) {
    if (text.trim() === '') continue
    const fields = parseObject(text)
    if (typeof fields === 'string') reportFault(context, { file: path, line, message: fields })
    else yield { file: path, line, fields }
  }
}

/** The object that a line holds, or what is wrong with it. */
const parseObject = (text: string): Readonly<Record<string, unknown>> | string => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return `not JSON: ${error.message}; each line has to hold one object`
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    // An object's keys are texts, and of its values nothing is claimed.
    return value as Readonly<Record<string, unknown>>
  }
  const found = Array.isArray(value) ? 'a list' : JSON.stringify(value)
  return `expected an object such as {"text": "..."}, found ${found.slice(0, 40)}`
}

async function* readDelimitedRecords(
  path: string,
  format: DelimitedFormat,
  options: ReadRecordsOptions,
  context: RecordContext,
): AsyncGenerator<TableRecord> {
  let names: readonly string[] | undefined
  for await (const { line, fields } of readFields(path, format, context)) {
    if (names === undefined) {
      const { columns, isHeader } = await nameColumns(path, fields, options, context)
      names = columns
      if (isHeader) continue
    }
    yield { file: path, line, fields: toRecord(names, fields) }
  }
}

type DelimitedFormat = 'csv' | 'tsv'

/** The rows of a file, all with as many fields as the first. */
async function* readFields(
  path: string,
  format: DelimitedFormat,
  context: RecordContext,
): AsyncGenerator<Pick<CsvRecord, 'line' | 'fields'>> {
  const { pieces, encodingFault } = openText(context.files, path)
  const isTabbed = format === 'tsv'
  const read = createCsvReader({ separator: isTabbed ? '\t' : ',', isQuoted: !isTabbed })
  let count: number | undefined
  for await (const { piece, isLast } of markLast(pieces)) {
    for (const { line, fields, isMalformed } of read(piece, isLast)) {
      const fail = (message: string) => reportFault(context, { file: path, line, message })
      const wrong = encodingFault(fields)
      if (wrong !== undefined) fail(wrong)
      else if (isMalformed) {
        fail('a quoted field is not closed or goes on after its quote; double inner quotes')
      } else if (fields.length === (count ?? fields.length)) {
        count = fields.length
        yield { line, fields }
      } else {
        const advice = isTabbed ? 'a text must not hold tabs' : 'put texts with commas in quotes'
        fail(`expected ${count} fields as in the first row, found ${fields.length}; ${advice}`)
      }
    }
  }
}

/** Whether the first row of a TSV file seems to name its columns; faults are left to who reads it. */
export const hasNamesOnTop = async (
  path: string,
  { files }: Pick<RecordContext, 'files'>,
): Promise<boolean> => {
  const rows: (readonly string[])[] = []
  for await (const { fields } of readFields(path, 'tsv', { files, onFault: () => {} })) {
    rows.push(fields)
    if (rows.length > rowsLookedAt) break
  }
  const [first, ...others] = rows
  return first !== undefined && seemsHeader(first, others)
}

/** The names of the columns, from the first row or from what is usual. */
const nameColumns = async (
  path: string,
  first: readonly string[],
  { columns = [], wanted = [], header = 'detect' }: ReadRecordsOptions,
  context: RecordContext,
): Promise<{ columns: readonly string[]; isHeader: boolean }> => {
  const names = first.map((name) => name.trim())
  const isHeader =
    header === 'present' || (header === 'detect' && wanted.some((name) => names.includes(name)))
  const isExpected = header === 'detect' && columns.length === 0 && wanted.length > 0
  if (!isHeader && isExpected && (isCsv(path) || (await hasNamesOnTop(path, context)))) {
    throw new DataError(
      `${path}: expected a first row that names ${wanted.join(' or ')}, found ${names.join(', ')}; ` +
        'name its columns, or say "header: absent" where it is a row like the others',
    )
  }
  const usual = isHeader ? names : ['text', 'label']
  return {
    columns: first.map((_, index) => columns[index] ?? usual[index] ?? `column ${index + 1}`),
    isHeader,
  }
}

/** Most of these have a header, so one with other names is taken for what it is and not for a row. */
const isCsv = (path: string): boolean => /\.csv(\.gz)?$/i.test(path)

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

/** Pieces, each with whether it is the last: after them comes an empty one. */
async function* markLast(
  pieces: AsyncIterable<string>,
): AsyncGenerator<{ piece: string; isLast: boolean }> {
  for await (const piece of pieces) yield { piece, isLast: false }
  yield { piece: '', isLast: true }
}
