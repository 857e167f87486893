/** Rows with a label: what is to be classified, and as what. */

import { DataError } from '../../../errors.js'
import type { Files } from '../../../storage/files.js'
import { readFileLines } from '../read-lines.js'
import { fieldOf, type ReadRow, type RowShape } from './row-shape.js'

export interface Labelled {
  readonly label: string
}

export interface LabelOptions {
  readonly label?: string
  /** The names that labels stand for, which are then numbers from 0. */
  readonly names?: readonly string[]
}

/** A row with its label, which may be a number in the file. */
export const labelledRow = <Row>(
  content: RowShape<Row>,
  { label = 'label', names }: LabelOptions = {},
): RowShape<Row & Labelled> => ({
  fields: [...content.fields, label],
  read: (fields) => {
    const found = content.read(fields)
    if ('fault' in found) return found
    const read = readLabel(fieldOf(fields, label), names)
    return 'fault' in read
      ? { fault: `"${label}": ${read.fault}` }
      : { row: { ...found.row, label: read.row } }
  },
})

const readLabel = (value: unknown, names: LabelOptions['names']): ReadRow<string> => {
  if (typeof value === 'object' && value !== null) {
    const found = Array.isArray(value) ? 'a list' : 'a record'
    return { fault: `expected a label, a text or a number, found ${found}` }
  }
  const written = String(value ?? '').trim()
  if (written === '') return { fault: 'the label is missing; write one or remove the row' }
  if (names === undefined) return { row: written }
  const name = names[Number(written)]
  if (name !== undefined) return { row: name }
  return { fault: `expected a number from 0 to ${names.length - 1}, found ${written}` }
}

/** The names that a file has, one on each line. Throws DataError for a line without one. */
export const readNames = async (files: Files, path: string): Promise<string[]> => {
  const names: string[] = []
  for await (const { line, text } of readFileLines(path, { files })) {
    const name = text.trim()
    if (name === '') throw new DataError(`${path}:${line}: expected a name, found a blank line`)
    names.push(name)
  }
  return names
}

/** The labels of rows, each once: numbers by their size, others by their spelling. */
export const labelsOf = (rows: Iterable<Labelled>): string[] => {
  const labels = [...new Set(Array.from(rows, ({ label }) => label))]
  const areNumbers = labels.every((label) => /^\d+$/.test(label))
  return areNumbers ? labels.sort((a, b) => Number(a) - Number(b)) : labels.sort()
}
