/**
 * The rows of a picture folder's table, `metadata.jsonl` or `metadata.csv`: a file name and one or
 * more texts each. Rows with faults are reported and left out.
 */

import { z } from 'zod'
import { DataError } from '../../errors.js'
import { entryPathFault } from '../../storage/entry-path.js'
import { joinPath } from '../../storage/files.js'
import { type Caption, languageOf, languages } from '../example.js'
import { reportFault, type SourceContext } from '../source.js'
import { readRecords } from '../text/read-records.js'

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

/** Tables whose fields are text, of which an empty one counts as not given. */
const isDelimited = (path: string): boolean => /\.[ct]sv(\.gz)?$/i.test(path)

/** The good rows of a table, as they are asked for; the file's name tells its format. */
export async function* readMetadata(
  path: string,
  context: SourceContext,
  { columns = {} }: MetadataOptions = {},
): AsyncGenerator<MetadataRow> {
  const firstLines = new Map<string, number>()
  let isFirst = true
  for await (const { line, fields } of readRecords(path, { header: 'present' }, context)) {
    const missing =
      isFirst && isDelimited(path) ? headerFault(Object.keys(fields), columns) : undefined
    if (missing !== undefined) {
      reportFault(context, { file: path, line: 1, message: missing })
      return
    }
    isFirst = false
    const given = isDelimited(path)
      ? Object.fromEntries(Object.entries(fields).filter(([, field]) => field !== ''))
      : fields
    const row = readRow(nameFields(given, columns), line, firstLines)
    if (typeof row === 'string') reportFault(context, { file: path, line, message: row })
    else {
      firstLines.set(row.fileName, line)
      yield row
    }
  }
}

/** What is wrong with a header; undefined where nothing is. */
const headerFault = (header: readonly string[], named: Columns): string | undefined => {
  const needed = ['file_name', 'text'].map((field) => named[field] ?? field)
  return needed.every((column) => header.includes(column))
    ? undefined
    : `expected a header with the columns ${needed.join(' and ')}, found ${header.join(', ')}`
}

const attributePrefix = 'attributes.'

/** The record with its fields' own names, and attributes from columns such as "attributes.action". */
const nameFields = (record: Readonly<Record<string, unknown>>, columns: Columns): unknown => {
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
    entryPathFault(fileName, 'data set') ?? {
      fileName,
      captions: texts.map((one) => ({ language: language ?? languageOf(one), text: one.trim() })),
      ...Object.fromEntries(given),
      line,
    }
  )
}
