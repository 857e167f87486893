/** What a look through rows found, for people: how many each part has, and each label. */

import { type FaultReport, printFaults } from '../../data/fault-report.js'
import type { LaidOutTable } from '../../recipes/run/check-columns.js'
import type { LabelledData } from '../../recipes/run/text-classification/labelled-data.js'
import { formatCount } from '../terminal/quantities.js'
import { printTable } from '../terminal/table.js'
import { printTables } from './print-tables.js'

export interface RowCheck {
  /** Rows of the training part, by label, where rows have some. */
  readonly labels?: Readonly<Record<string, number>>
  readonly training: number
  readonly validation: number
  readonly test: number
  readonly faults: FaultReport
  readonly tables: readonly LaidOutTable[]
}

interface Rows {
  readonly training: readonly unknown[]
  readonly validation: readonly unknown[]
  readonly test: readonly unknown[]
  readonly faults: FaultReport
  readonly tables: readonly LaidOutTable[]
}

/** Counts the rows of each part. */
export const checkRows = ({ training, validation, test, faults, tables }: Rows): RowCheck => ({
  training: training.length,
  validation: validation.length,
  test: test.length,
  faults,
  tables,
})

/** Counts the rows of each label as well. */
export const checkLabels = (data: LabelledData): RowCheck => ({
  labels: Object.fromEntries(
    data.labels.map((name, place) => [
      name,
      data.training.filter(({ label }) => label === place).length,
    ]),
  ),
  ...checkRows(data),
})

export const printRowCheck = ({
  labels = {},
  training,
  validation,
  test,
  faults,
  tables,
}: RowCheck): string => {
  const rows: readonly (readonly [number, string])[] = [
    ...Object.entries(labels).map(([name, count]) => [count, name] as const),
    [training, 'rows to train on'],
    [validation, 'to measure on while training'],
    [test, 'to measure on at the end'],
  ]
  return [
    ...printFaults(faults),
    ...printTables(tables),
    printTable(
      [{ align: 'end' }, {}],
      rows.map(([count, name]) => [formatCount(count), name]),
    ),
    `${formatCount(training + validation + test)} good, ${formatCount(faults.count)} with faults`,
  ].join('\n')
}
