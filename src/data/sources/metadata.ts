/**
 * The rows of a picture folder's table, `metadata.jsonl` or `metadata.csv`: a file name and one or
 * more texts each. Rows with faults are reported and left out.
 */

import { z } from 'zod'
import { DataError } from '../../errors.js'
import { joinPath } from '../../storage/files.js'
import { type Caption, languageOf, languages } from '../example.js'
import { reportFault, type SourceContext } from '../source.js'
import { createCsvReader } from './csv.js'
import { entryPathFault } from './entry-path.js'

export interface MetadataRow {
  readonly fileName: string
  readonly captions: readonly Caption[]
  readonly group?: string
  readonly style?: string
  readonly license?: string
  readonly flippable?: boolean
  readonly attributes?: Readonly<Record<string, string>>
  /** How many frames the file holds side by side, where it is a strip. */
  readonly frames?: number
  /** From 1. */
  readonly line: number
}

/** A field of a CSV file is text whatever it says. */
const truthSchema = z.union(
  [z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')],
  { error: 'expected true or false' },
)

/** Columns by the names of the fields that are read from them: `{ text: 'action' }`. */
export type Columns = Readonly<Record<string, string>>

export interface MetadataOptions {
  /** For tables whose columns have other names; a field that is not listed has its own. */
  readonly columns?: Columns | undefined
}

const tableNames = ['metadata.jsonl', 'metadata.csv']

/** The table of a folder, or the named one. Throws DataError where there is none. */
export const findMetadata = async (
  folder: string,
  { files }: Pick<SourceContext, 'files'>,
  named?: string,
): Promise<string> => {
  const names = named === undefined ? tableNames : [named]
  for (const name of names) {
    const table = joinPath(folder, name)
    if ((await files.stat(table))?.kind === 'file') return table
  }
  throw new DataError(
    `${folder}: there is no ${names.join(' or ')} in this folder; write one with a row {"file_name": ..., "text": ...} for each file`,
  )
}

const countSchema = z.coerce
  .number({ error: 'expected a number of frames' })
  .int({ error: 'expected a whole number of frames' })
  .positive({ error: 'expected a number of frames above 0' })

const rowSchema = z.object({
  file_name: z.string(),
  text: z.union([z.string(), z.array(z.string()).min(1)]),
  language: z.enum(languages).optional(),
  group: z.string().optional(),
  style: z.string().optional(),
  license: z.string().optional(),
  flippable: truthSchema.optional(),
  attributes: z.record(z.string(), z.string()).optional(),
  frames: countSchema.optional(),
})

/** The good rows of a table, as they are asked for; the file's name tells its format. */
export function* readMetadata(
  path: string,
  text: string,
  context: SourceContext,
  { columns = {} }: MetadataOptions = {},
): Generator<MetadataRow> {
  const records = /\.[ct]sv$/.test(path)
    ? readCsvRecords(path, text, context, columns)
    : readJsonRecords(path, text, context)
  const firstLines = new Map<string, number>()
  for (const { line, value } of records) {
    const row = readRow(nameFields(value, columns), line, firstLines)
    if (typeof row === 'string') reportFault(context, { file: path, line, message: row })
    else {
      firstLines.set(row.fileName, line)
      yield row
    }
  }
}

const attributePrefix = 'attributes.'

/** The record with its fields' own names, and attributes from columns such as "attributes.action". */
const nameFields = (value: unknown, columns: Columns): unknown => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const record = value as Readonly<Record<string, unknown>>
  const renamed = Object.entries(columns).map(([field, column]) => [field, record[column]] as const)
  const fields = [...Object.entries(record), ...renamed]
  const attributes = fields.flatMap(([field, content]) =>
    field.startsWith(attributePrefix) && content !== undefined
      ? [[field.slice(attributePrefix.length), content]]
      : [],
  )
  return {
    ...Object.fromEntries(fields),
    ...(attributes.length > 0 && { attributes: Object.fromEntries(attributes) }),
  }
}

interface NumberedRecord {
  readonly line: number
  readonly value: unknown
}

/** The row of a record, or what is wrong with it. */
const readRow = (
  value: unknown,
  line: number,
  firstLines: ReadonlyMap<string, number>,
): MetadataRow | string => {
  const parsed = rowSchema.safeParse(value)
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!
    const isOptional = path[0] !== undefined && path[0] !== 'file_name' && path[0] !== 'text'
    const mend = isOptional ? 'correct it or leave it out' : 'each row needs "file_name" and "text"'
    return `${path.join('.') || 'row'}: ${message}; ${mend}`
  }
  const { file_name: fileName, text, language, ...facts } = parsed.data
  const texts = [text].flat().filter((one) => one.trim() !== '')
  if (texts.length === 0) return 'the text is empty; describe the picture or remove the row'
  const firstLine = firstLines.get(fileName)
  if (firstLine !== undefined) {
    return `${JSON.stringify(fileName)} already is in line ${firstLine}; give several texts as a list in metadata.jsonl`
  }
  const given = Object.entries(facts).filter(([, fact]) => fact !== undefined && fact !== '')
  return (
    entryPathFault(fileName) ?? {
      fileName,
      captions: texts.map((one) => ({ language: language ?? languageOf(one), text: one.trim() })),
      ...Object.fromEntries(given),
      line,
    }
  )
}

function* readJsonRecords(
  path: string,
  text: string,
  context: SourceContext,
): Generator<NumberedRecord> {
  for (const [index, row] of text.split('\n').entries()) {
    if (row.trim() === '') continue
    const line = index + 1
    try {
      yield { line, value: JSON.parse(row) }
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
      reportFault(context, { file: path, line, message: `not JSON: ${error.message}` })
    }
  }
}

function* readCsvRecords(
  path: string,
  text: string,
  context: SourceContext,
  named: Columns,
): Generator<NumberedRecord> {
  const needed = ['file_name', 'text'].map((field) => named[field] ?? field)
  const read = createCsvReader(path.endsWith('.tsv') ? { separator: '\t', isQuoted: false } : {})
  let header: readonly string[] | undefined
  for (const { line, fields, isMalformed } of read(text, true)) {
    const columns = header
    if (isMalformed) {
      const message = 'a quoted field is not closed or goes on after its quote; double inner quotes'
      reportFault(context, { file: path, line, message })
    } else if (columns === undefined) {
      header = fields.map((column) => column.trim())
      if (!needed.every((column) => header?.includes(column))) {
        const message = `expected a header with the columns ${needed.join(' and ')}, found ${header.join(', ')}`
        reportFault(context, { file: path, line, message })
        return
      }
    } else if (fields.length === columns.length) {
      yield { line, value: toRecord(columns, fields) }
    } else {
      const message = `expected ${columns.length} fields as in the header, found ${fields.length}; put texts with commas in quotes`
      reportFault(context, { file: path, line, message })
    }
  }
}

/** Fields by column; an empty one counts as not given. */
const toRecord = (columns: readonly string[], fields: readonly string[]) =>
  Object.fromEntries(
    columns.map((column, index) => [column, fields[index]!]).filter(([, field]) => field !== ''),
  )
