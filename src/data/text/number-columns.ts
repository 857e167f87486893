/**
 * Rows of numbers in the place of texts: written with a space between them, and read as numbers
 * whose columns have a mean of 0 and a deviation of 1 on the rows to train on.
 */

import { DataError } from '../../errors.js'

export interface NumberColumn {
  readonly name: string
  /** Of the rows to train on. */
  readonly mean: number
  readonly deviation: number
}

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value / values.length, 0)

/** The columns of rows; one whose numbers are all the same has a deviation of 1. */
export const learnColumns = (
  names: readonly string[],
  rows: readonly (readonly number[])[],
): NumberColumn[] =>
  names.map((name, column) => {
    const values = rows.map((row) => row[column]!)
    const mean = meanOf(values)
    return { name, mean, deviation: Math.sqrt(meanOf(values.map((x) => (x - mean) ** 2))) || 1 }
  })

/** A row as a text. */
export const writeNumbers = (numbers: readonly number[]): string => numbers.join(' ')

/** The standardised numbers of a row's text. Throws DataError where it is no such row. */
export const readNumbers = (text: string, columns: readonly NumberColumn[]): number[] => {
  const written = text.trim().split(/\s*,\s*|\s+/)
  // An empty place between commas is a number that is missing, and not the 0 that it would be read as.
  const numbers = written.map((one) => (one === '' ? Number.NaN : Number(one)))
  if (numbers.length !== columns.length || !numbers.every(Number.isFinite)) {
    const names = columns.map(({ name }) => name).join(', ')
    throw new DataError(
      `expected ${columns.length} numbers, which are ${names}, found ${JSON.stringify(text.slice(0, 80))}`,
    )
  }
  return columns.map(({ mean, deviation }, column) => (numbers[column]! - mean) / deviation)
}
