/**
 * What is seen in a table that nobody has described: which column holds the texts, which the
 * labels, and the sizes of network and run that suit what is there.
 */

import { textOf } from '../../data/text/field-template.js'
import { couldBeLabels, usualLabelNames, usualTextNames } from '../../data/text/table-header.js'
import { DataError } from '../../errors.js'
import type { TableLook } from './table-look.js'

export interface Column {
  readonly name: string
  readonly values: readonly string[]
  readonly distinct: number
  readonly isNumeric: boolean
  readonly meanLength: number
}

const columnsOf = (records: TableLook['records']): Column[] => {
  const names = [...new Set(records.flatMap((record) => Object.keys(record)))]
  return names.map((name) => {
    const values = records.flatMap((record) => textOf(record[name])?.trim() || [])
    const length = values.reduce((sum, value) => sum + value.length, 0)
    return {
      name,
      values,
      distinct: new Set(values).size,
      isNumeric: values.length > 0 && values.every((value) => Number.isFinite(Number(value))),
      meanLength: values.length === 0 ? 0 : length / values.length,
    }
  })
}

/** Numbers as many countries write them: 5,1. */
const hasDecimalCommas = ({ values }: Column): boolean =>
  values.some((value) => value.includes(',')) &&
  values.every((value) => /^[-+]?\d+(,\d+)?$/.test(value))

const usualRowNames = ['', 'id', 'index', 'unnamed: 0']

/**
 * Whether a column numbers the rows. Where these are sorted by their labels it would tell them all,
 * but nothing of a new one.
 */
const isRowNumber = ({ name, values, distinct, isNumeric }: Column): boolean => {
  if (!isNumeric || distinct < values.length) return false
  const numbers = values.map(Number)
  if (!numbers.every(Number.isInteger)) return false
  const isCounted = numbers.every((number, row) => row === 0 || number === numbers[row - 1]! + 1)
  return (isCounted && numbers.length > 1) || usualRowNames.includes(name.toLowerCase())
}

const byName = (columns: readonly Column[], names: readonly string[]): Column | undefined =>
  names
    .map((wanted) => columns.find(({ name }) => name.toLowerCase() === wanted))
    .find((column) => column !== undefined)

/** The column of few short values that come again and again; `named` are those whose names tell. */
const findLabel = (columns: readonly Column[], named: readonly Column[], path: string): Column => {
  const isLabel = ({ values }: Column) => couldBeLabels(values)
  const usual = byName(named, usualLabelNames)
  if (usual !== undefined && isLabel(usual)) return usual
  const [best] = columns
    .filter(isLabel)
    .sort((a, b) => Number(a.isNumeric) - Number(b.isNumeric) || a.distinct - b.distinct)
  if (best !== undefined) return best
  throw new DataError(
    `${path}: expected a column of labels, of which each comes at least twice on average, found ${columns.map(({ name, distinct }) => `${name} (${distinct} different)`).join(', ')}; write the recipe by hand and name the columns in its data`,
  )
}

/** Sizes by the number of rows: with few, a large network learns them by heart. */
const sizes = [
  {
    below: 500,
    depth: 1,
    width: 48,
    dropout: 0.3,
    batch: 16,
    epochs: 40,
    pieces: 1000,
  },
  {
    below: 3000,
    depth: 2,
    width: 64,
    dropout: 0.3,
    batch: 16,
    epochs: 20,
    pieces: 2000,
  },
  {
    below: 20_000,
    depth: 2,
    width: 96,
    dropout: 0.3,
    batch: 32,
    epochs: 12,
    pieces: 6000,
  },
  {
    below: 100_000,
    depth: 2,
    width: 128,
    dropout: 0.2,
    batch: 64,
    epochs: 8,
    pieces: 8000,
  },
  {
    below: Number.POSITIVE_INFINITY,
    depth: 3,
    width: 192,
    dropout: 0.1,
    batch: 64,
    epochs: 4,
    pieces: 16000,
  },
] as const

/** What was seen in a table, and what follows from it. */
export interface TablePlan extends TableLook {
  readonly columns: readonly Column[]
  /** Names for the columns of a table without a header, where the usual ones would mislead. */
  readonly names: readonly string[] | undefined
  readonly label: Column
  /** Undefined where the table has numbers alone. */
  readonly text: Column | undefined
  readonly numbers: readonly Column[]
  /** Columns that number the rows, which are not read. */
  readonly rowNumbers: readonly Column[]
  readonly rows: number
  readonly size: (typeof sizes)[number]
  /** Rows of each label. */
  readonly counts: readonly number[]
  /** The share of rows that is held out. */
  readonly share: number
  /** Steps of an epoch. */
  readonly steps: number
}

/** Whether the first column seems to hold texts, and the second one their labels. */
const beginsWithTexts = ([first, second]: readonly Column[]): boolean =>
  first !== undefined &&
  second !== undefined &&
  !first.isNumeric &&
  first.distinct > second.distinct

/** Names by what columns hold; undefined where those by their places, text and label, say the same. */
const namesFor = (
  columns: readonly Column[],
  label: Column,
  text: Column | undefined,
): string[] | undefined =>
  label.name === 'label' && text?.name === 'text'
    ? undefined
    : columns.map((column, index) =>
        column === label ? 'label' : column === text ? 'text' : `column ${index + 1}`,
      )

/** The text and the numbers to read beside the label; `named` are columns whose names tell. */
const findInputs = (
  columns: readonly Column[],
  named: readonly Column[],
  label: Column,
  path: string,
): Pick<TablePlan, 'text' | 'numbers' | 'rowNumbers'> => {
  // A column without any value has nothing to read.
  const others = columns.filter((column) => column !== label && column.values.length > 0)
  const words = others.filter((column) => !column.isNumeric && !hasDecimalCommas(column))
  const usual = byName(
    words.filter((column) => named.includes(column)),
    usualTextNames,
  )
  const text = usual ?? words.toSorted((a, b) => b.meanLength - a.meanLength)[0]
  const numeric = others.filter(({ isNumeric }) => isNumeric)
  const counting = numeric.filter(isRowNumber)
  // Where there is nothing else to read, they are what there is.
  const rowNumbers = counting.length < numeric.length ? counting : []
  const numbers = numeric.filter((column) => !rowNumbers.includes(column))
  const [withCommas] = others.filter(hasDecimalCommas)
  if (text === undefined && withCommas !== undefined) {
    throw new DataError(
      `${path}: expected numbers with points, found ${withCommas.values[0]} in the column ${withCommas.name}; write them with points`,
    )
  }
  if (text === undefined && numbers.length === 0) {
    throw new DataError(
      `${path}: expected a column of texts or of numbers beside ${label.name}, found none; add one`,
    )
  }
  return { text, numbers, rowNumbers }
}

/** Throws DataError where no labels or nothing to read can be found. */
export const planTable = (look: TableLook): TablePlan => {
  const { path, records } = look
  const columns = columnsOf(records)
  const isHeaderless = look.delimited?.header === 'absent'
  // Without a header the names are those of the places, which tell something in the usual order only.
  const named = isHeaderless && !beginsWithTexts(columns) ? [] : columns
  const label = findLabel(columns, named, path)
  const { text, numbers, rowNumbers } = findInputs(columns, named, label, path)
  const rows = label.values.length
  const size = sizes.find(({ below }) => rows < below)!
  const byLabel = new Map<string, number>()
  for (const value of label.values) byLabel.set(value, (byLabel.get(value) ?? 0) + 1)
  const share = rows < 1000 ? 0.2 : 0.1
  const names = isHeaderless ? namesFor(columns, label, text) : undefined
  const rename = (column: Column): Column =>
    names === undefined ? column : { ...column, name: names[columns.indexOf(column)]! }
  return {
    ...{ ...look, columns, names, rows, size, share },
    ...{ label: rename(label), text: text && rename(text), numbers: numbers.map(rename) },
    rowNumbers: rowNumbers.map(rename),
    counts: [...byLabel.values()],
    steps: Math.max(1, Math.round((rows * (1 - share)) / size.batch)),
  }
}
