/**
 * Texts with labels from tables: tab-separated text and label without a header, or comma-separated
 * and JSON lines with named columns. A row that cannot be used is named and left out.
 */

import { DataError } from '../../errors.js'
import type { Files } from '../../storage/files.js'
import { parseCsv } from '../sources/csv.js'

/** The columns of a table that count. */
export interface RowColumns {
  /** The column of the text, or several of numbers that make up one. */
  readonly text: string | readonly string[]
  /** The column of the label; rows need none when left out. */
  readonly label?: string
}

export interface TextRow {
  /** Of the file, from 1. */
  readonly line: number
  readonly text: string
  /** The values of the text's columns. */
  readonly values: readonly string[]
  /** '' where no label was asked for. */
  readonly label: string
}

/** A row that cannot be used, and why. */
export interface RowFault {
  readonly path: string
  readonly line: number
  readonly reason: string
}

export interface TextRows {
  readonly rows: readonly TextRow[]
  readonly faults: readonly RowFault[]
}

/** A record of any table; undefined values are missing. */
export interface TableRecord {
  readonly line: number
  readonly values: Readonly<Record<string, string | undefined>>
  readonly fault?: string
}

/** The kinds of tables, by the ends of their names. */
export const hasTableName = (path: string): boolean => /\.(tsv|csv|jsonl)$/i.test(path)

const linesOf = (content: string): { line: number; content: string }[] =>
  content
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((one, index) => ({ line: index + 1, content: one }))
    .filter(({ content: one }) => one.trim() !== '')

const recordOf = (
  line: number,
  names: readonly string[],
  fields: readonly string[],
): TableRecord => {
  const values = Object.fromEntries(names.map((name, place) => [name, fields[place]]))
  if (fields.length === names.length) return { line, values }
  const fault = `expected ${names.length} fields, found ${fields.length}`
  return { line, values, fault }
}

const parseTabSeparated = (content: string, fallback: readonly string[]): TableRecord[] => {
  const rows = linesOf(content).map(({ line, content: one }) => ({ line, fields: one.split('\t') }))
  const [first] = rows
  const isHeader = first !== undefined && fallback.every((name) => first.fields.includes(name))
  const names = isHeader ? first.fields : fallback
  return (isHeader ? rows.slice(1) : rows).map(({ line, fields }) => recordOf(line, names, fields))
}

const parseCommaSeparated = (content: string): TableRecord[] => {
  const [header, ...records] = parseCsv(content)
  return records.map(({ line, fields, isMalformed }) => ({
    ...recordOf(line, header?.fields ?? [], fields),
    ...(isMalformed ? { fault: 'a quoted field is not closed, or text follows its end' } : {}),
  }))
}

const parseJsonLines = (content: string): TableRecord[] =>
  linesOf(content).map(({ line, content: one }) => {
    try {
      const record: unknown = JSON.parse(one)
      if (typeof record !== 'object' || record === null || Array.isArray(record)) {
        return { line, values: {}, fault: 'expected a JSON object' }
      }
      const entries = Object.entries(record).flatMap(([name, value]) =>
        typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
          ? [[name, String(value)]]
          : [],
      )
      return { line, values: Object.fromEntries(entries) }
    } catch {
      return { line, values: {}, fault: 'it is not JSON' }
    }
  })

/**
 * The records of a table, by the end of its name. `fallback` names the columns of tab-separated
 * tables, which have no header.
 */
export const readTable = async (
  files: Files,
  path: string,
  fallback: readonly string[],
): Promise<TableRecord[]> => {
  if ((await files.stat(path))?.kind !== 'file') {
    throw new DataError(`${path}: there is no such file; check the path`)
  }
  if (!hasTableName(path)) {
    throw new DataError(`${path}: expected a table whose name ends in .tsv, .csv or .jsonl`)
  }
  const content = await files.readText(path)
  if (content.trim() === '') throw new DataError(`${path}: the file is empty; add rows to it`)
  if (/\.tsv$/i.test(path)) return parseTabSeparated(content, fallback)
  return /\.csv$/i.test(path) ? parseCommaSeparated(content) : parseJsonLines(content)
}

/** The rows of a table that can be used, and the others' faults. Throws DataError where none can. */
export const readTextRows = async (
  files: Files,
  path: string,
  { text, label }: RowColumns,
): Promise<TextRows> => {
  const columns = [text].flat()
  const wanted = [...columns, ...(label === undefined ? [] : [label])]
  const records = await readTable(files, path, wanted)
  const names = new Set(records.flatMap(({ values }) => Object.keys(values)))
  for (const name of wanted) {
    if (names.has(name) || names.size === 0) continue
    throw new DataError(
      `${path}: expected a column called ${name}, found ${[...names].join(', ')}; name the column in the recipe's data`,
    )
  }
  const rows: TextRow[] = []
  const faults: RowFault[] = []
  for (const { line, values, fault } of records) {
    const found = columns.map((name) => values[name]?.trim() ?? '')
    const name = label === undefined ? '' : (values[label]?.trim() ?? '')
    const reason =
      fault ??
      (found.some((value) => value === '') ? 'the text is empty' : undefined) ??
      (label !== undefined && name === '' ? 'the label is missing' : undefined)
    if (reason !== undefined) faults.push({ path, line, reason })
    else rows.push({ line, text: found.join(' '), values: found, label: name })
  }
  if (rows.length > 0) return { rows, faults }
  const [first] = faults
  throw new DataError(
    `${path}: none of its ${faults.length} rows can be used; line ${first?.line ?? 1}: ${first?.reason ?? 'there are none'}`,
  )
}

/** A line about rows that were left out: how many, and where the first ones are. */
export const describeFaults = (faults: readonly RowFault[]): string => {
  const shown = faults.slice(0, 3).map(({ path, line, reason }) => `${path}:${line}: ${reason}`)
  const rest = faults.length > shown.length ? ` and ${faults.length - shown.length} more` : ''
  return `${faults.length} rows left out: ${shown.join('; ')}${rest}`
}
