/** How a table is laid out: what its columns are called, and for CSV and TSV files where that is said. */

import type { Separator } from './csv.js'
import { type DelimitedFormat, findCut, readFields } from './delimited.js'
import { readJsonLines } from './read-json-lines.js'
import { readParquetColumns } from './read-parquet.js'
import { rowsLookedAt, seemsHeader, seemsRow } from './table-header.js'
import { formatOf, type RecordContext } from './table-record.js'

export interface LayoutOptions {
  /** Fields that are asked for, by which a header is known. */
  readonly wanted?: readonly string[]
  /** Names for the columns of CSV and TSV files without a header, or in place of it. */
  readonly columns?: readonly string[]
  /**
   * Whether the first row names the columns. By default it does where it has a wanted name. Where it
   * has none, it is judged by the rows after it: that of a CSV file names the columns unless it is
   * certainly like the others, that of a TSV file only where it is unlike them.
   */
  readonly header?: 'detect' | 'present' | 'absent'
  /** How one says that there is no header, for error messages; as in recipes when left out. */
  readonly howAbsent?: string
  /** Whether JSON lines have shown enough fields; by default when they have shown all wanted ones. */
  readonly isEnough?: (fields: readonly string[]) => boolean
}

/** How recipes say that a table has no header. */
export const howRecipesSayAbsent = '"header: absent"'

export interface TableLayout {
  readonly columns: readonly string[]
  /** Of CSV and TSV files. */
  readonly delimited?: DelimitedLayout
}

export interface DelimitedLayout {
  readonly separator: Separator
  readonly isQuoted: boolean
  readonly header: 'present' | 'absent'
  /**
   * Why the file cannot be read as it was asked for, and what to do. The header is absent where that
   * was not asked for, and the first row is certainly like the others: then names have to be said.
   */
  readonly fault?: string
}

/** Looks at the beginning of a table; of JSON lines, at records until all wanted fields were seen. */
export const readLayout = async (
  path: string,
  options: LayoutOptions,
  context: Omit<RecordContext, 'onFault'>,
): Promise<TableLayout> => {
  const format = formatOf(path)
  switch (format) {
    case 'json-lines':
      return { columns: await fieldsOfLines(path, options, context) }
    case 'parquet':
      return { columns: await readParquetColumns(context.files, path) }
    case 'csv':
    case 'tsv':
      return readDelimitedLayout(path, format, options, context)
  }
}

const fieldsOfLines = async (
  path: string,
  {
    wanted = [],
    isEnough = (fields) => wanted.every((name) => fields.includes(name)),
  }: LayoutOptions,
  { files, signal }: Omit<RecordContext, 'onFault'>,
): Promise<string[]> => {
  const names = new Set<string>()
  for await (const { fields } of readJsonLines(path, { files, onFault: unheard })) {
    signal?.throwIfAborted()
    const known = names.size
    for (const name of Object.keys(fields)) names.add(name)
    if (names.size > known && isEnough([...names])) break
  }
  return [...names]
}

/** Faults of rows are told by whoever reads them. */
const unheard = () => {}

const readDelimitedLayout = async (
  path: string,
  format: DelimitedFormat,
  {
    header: said = 'detect',
    wanted = [],
    columns = [],
    howAbsent = howRecipesSayAbsent,
  }: LayoutOptions,
  { files }: Pick<RecordContext, 'files'>,
): Promise<TableLayout> => {
  const cut = await findCut(path, format, { files })
  const takeRows = async (count: number): Promise<(readonly string[])[]> => {
    const rows: (readonly string[])[] = []
    for await (const { fields } of readFields(path, cut, { files, onFault: unheard })) {
      rows.push(fields)
      if (rows.length === count) break
    }
    return rows
  }
  const [first = []] = await takeRows(1)
  const names = first.map((name) => name.trim())
  const layoutOf = (header: DelimitedLayout['header'], doubt?: string): TableLayout => {
    const usual = header === 'present' ? names : ['text', 'label']
    const named = first.map((_, index) => columns[index] ?? usual[index] ?? `column ${index + 1}`)
    const twice = wanted.find((name) => named.indexOf(name) !== named.lastIndexOf(name))
    const fault =
      twice === undefined ? doubt : `two columns are called ${twice}; give each another name`
    return {
      columns: named,
      delimited: { ...cut, header, ...(fault === undefined ? {} : { fault }) },
    }
  }
  if (said !== 'detect') return layoutOf(said)
  if (wanted.some((name) => names.includes(name))) return layoutOf('present')
  if (columns.length > 0) return layoutOf('absent')
  const [, ...others] = await takeRows(1 + rowsLookedAt)
  if (format === 'tsv') return layoutOf(seemsHeader(first, others) ? 'present' : 'absent')
  if (!seemsRow(first, others)) return layoutOf('present')
  return wanted.length === 0
    ? layoutOf('absent')
    : layoutOf('absent', describeRow(names, howAbsent))
}

/** Which column holds what cannot be told, so that it has to be said. */
const describeRow = (first: readonly string[], howAbsent: string): string =>
  `the first row (${printRow(first)}) is one like the others and names no columns; say ${howAbsent}`

const longestShown = 60

/** A row as it is shown to people, on one line. */
export const printRow = (fields: readonly string[]): string => {
  const shown = fields.join(', ').replace(/[\s\p{Cc}]+/gu, ' ')
  return shown.length <= longestShown ? shown : `${shown.slice(0, longestShown)}…`
}
