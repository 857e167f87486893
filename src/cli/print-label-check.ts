/** What a look through labelled rows found, for people. */

import type { FaultReport } from '../data/fault-report.js'
import { printFault } from '../data/source.js'
import type { LabelledData } from '../recipes/run/labelled-data.js'
import { formatCount } from './terminal/quantities.js'
import { printTable } from './terminal/table.js'

export interface LabelCheck {
  /** Rows of the training part, by label. */
  readonly labels: Readonly<Record<string, number>>
  readonly training: number
  readonly validation: number
  readonly test: number
  readonly faults: FaultReport
}

/** Counts the rows of each label and part. */
export const checkLabels = ({
  labels,
  training,
  validation,
  test,
  faults,
}: LabelledData): LabelCheck => ({
  labels: Object.fromEntries(
    labels.map((name, place) => [name, training.filter(({ label }) => label === place).length]),
  ),
  training: training.length,
  validation: validation.length,
  test: test.length,
  faults,
})

export const printLabelCheck = ({
  labels,
  training,
  validation,
  test,
  faults,
}: LabelCheck): string => {
  const more = faults.count - faults.first.length
  const rows: readonly (readonly [number, string])[] = [
    ...Object.entries(labels).map(([name, count]) => [count, name] as const),
    [training, 'rows to train on'],
    [validation, 'to measure on while training'],
    [test, 'to measure on at the end'],
  ]
  return [
    ...faults.first.map(printFault),
    ...(more > 0 ? [`... and ${more} more`] : []),
    printTable(
      [{ align: 'end' }, {}],
      rows.map(([count, name]) => [formatCount(count), name]),
    ),
    `${formatCount(training + validation + test)} good, ${formatCount(faults.count)} with faults`,
  ].join('\n')
}
