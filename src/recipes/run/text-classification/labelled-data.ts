/** The rows of a recipe that classifies texts: read, divided and checked against the labels to learn. */

import { createFaultCounter, describeFaults, type FaultReport } from '../../../data/fault-report.js'
import { createOrder } from '../../../data/order/shuffle.js'
import type { Fault } from '../../../data/source.js'
import { parseFieldTemplate } from '../../../data/text/field-template.js'
import { learnColumns, type NumberColumn, writeNumbers } from '../../../data/text/number-columns.js'
import {
  type Labelled,
  labelledRow,
  labelsOf,
  readNames,
} from '../../../data/text/rows/labelled-row.js'
import { collectRows, type TableOptions } from '../../../data/text/rows/read-rows.js'
import type { RowPlace, RowShape } from '../../../data/text/rows/row-shape.js'
import {
  type NumbersRow,
  numbersRow,
  type TextRow,
  textRow,
} from '../../../data/text/rows/text-row.js'
import { hashOf } from '../../../engine/tensor/random.js'
import { DataError } from '../../../errors.js'
import type { LabelledDataRecipe } from '../../schema/labelled-data.js'
import { checkColumns, type LaidOutTable, type NamedColumns } from '../check-columns.js'
import type { RunEnvironment } from '../environment.js'
import { locatePath } from '../locate-source.js'
import { readParts } from '../read-parts.js'

/** A text and the place of its label. */
export interface LabelledExample {
  readonly text: string
  readonly label: number
}

export interface LabelledData {
  /** Those of the training part. */
  readonly labels: readonly string[]
  readonly training: readonly LabelledExample[]
  readonly validation: readonly LabelledExample[]
  readonly test: readonly LabelledExample[]
  /** Where texts are rows of numbers. */
  readonly columns?: readonly NumberColumn[]
  /** Of rows of all parts that could not be used. */
  readonly faults: FaultReport
  /** How the tables of all parts are laid out. */
  readonly tables: readonly LaidOutTable[]
}

export interface PrepareLabelledDataOptions {
  readonly seed: number
  readonly environment: Pick<RunEnvironment, 'files' | 'dataFolder' | 'signal'>
  /** How many faults are described; all are counted. */
  readonly described?: number
}

/** A row whose text may be numbers. */
type Row = (TextRow | NumbersRow) & Labelled & RowPlace

const textOf = (row: Row): string => ('text' in row ? row.text : writeNumbers(row.numbers))

/** So many rows at most, in their order; the seed decides which. */
const limitRows = (rows: readonly Row[], limit: number, seed: number): readonly Row[] => {
  if (limit >= rows.length) return rows
  const order = createOrder(rows.length, hashOf(seed, 'rows'), 0)
  const chosen = new Set(Array.from({ length: limit }, (_, place) => order(place)))
  return rows.filter((_, index) => chosen.has(index))
}

/** How tables name their columns, by what a recipe says of their header. */
const columnNamesOf = (header: LabelledDataRecipe['header']): TableOptions =>
  typeof header === 'string' ? { header } : { header: 'absent', columns: header }

/** The columns that hold what is to be classified. */
const namedContent = ({ columns, text }: LabelledDataRecipe): NamedColumns =>
  columns === undefined
    ? { key: 'text', names: parseFieldTemplate(text).fields }
    : { key: 'columns', names: columns }

/**
 * Reads and divides the rows. Throws DataError where a part cannot be used, and RecipeError for
 * columns that its tables do not have.
 */
export const prepareLabelledData = async (
  data: LabelledDataRecipe,
  { seed, environment, described = 20 }: PrepareLabelledDataOptions,
): Promise<LabelledData> => {
  const { files, signal } = environment
  const faults = createFaultCounter(described)
  const locate = (path: string) => locatePath(path, environment)
  const { label } = data
  const naming =
    data.names === undefined
      ? { label }
      : { label, names: await readNames(files, await locate(data.names)) }
  const shape: RowShape<(TextRow | NumbersRow) & Labelled> =
    data.columns === undefined
      ? labelledRow(textRow(data.text), naming)
      : labelledRow(numbersRow(data.columns), naming)
  const tables: LaidOutTable[] = []
  const columnNames = columnNamesOf(data.header)
  const needed = [[namedContent(data), { key: 'label', names: [label] }]]
  const check = { ...columnNames, needed, naming: 'header' } as const
  const read = async (named: readonly string[]): Promise<readonly Row[]> => {
    const paths = await Promise.all(named.map(locate))
    tables.push(...(await checkColumns(paths, check, { files, signal })))
    return collectRows(paths, shape, columnNames, { files, signal, onFault: faults.add })
  }

  // The same share of each label's rows.
  const classOf = ({ label: name }: Row) => name
  const rows = await readParts(data, read, { seed, textOf, classOf })
  const training = limitRows(rows.training, data.rows ?? Number.POSITIVE_INFINITY, seed)
  const labels = labelsOf(training)
  if (labels.length < 2) {
    throw new DataError(
      `${data.path}: expected rows of at least two labels, found ${labels.length === 0 ? 'none' : `only ${labels[0]}`}; check data.label`,
    )
  }
  const columns =
    data.columns === undefined
      ? undefined
      : learnColumns(
          data.columns,
          training.flatMap((row) => ('numbers' in row ? [row.numbers] : [])),
        )
  const use = createUse(labels, faults.add)
  const parts = {
    training: use(training),
    validation: use(rows.validation),
    test: use(rows.test),
  }
  const report = faults.report()
  if (parts.validation.length === 0) {
    const why = report.count === 0 ? '' : `; ${describeFaults(report)}`
    throw new DataError(
      `${data.path}: there are no rows to measure on${why}; change data.validation`,
    )
  }
  const numbers = columns === undefined ? {} : { columns }
  return { labels, ...parts, ...numbers, faults: report, tables }
}

/** Makes examples of rows; one whose label is none of those that are trained is a fault. */
const createUse = (labels: readonly string[], onFault: (fault: Fault) => void) => {
  const places = new Map(labels.map((name, place) => [name, place]))
  const known = labels.slice(0, 20).join(', ') + (labels.length > 20 ? ', ...' : '')
  return (rows: readonly Row[]): LabelledExample[] =>
    rows.flatMap((row) => {
      const { label, file, line } = row
      const place = places.get(label)
      if (place === undefined) {
        const message = `the label ${label} is none of those that are trained: ${known}; correct the row`
        onFault({ file, line, message })
        return []
      }
      return [{ text: textOf(row), label: place }]
    })
}
