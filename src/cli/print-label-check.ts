/** What a look through labelled rows found, for people. */

import { type Fault, printFault } from '../data/source.js'
import type { LabelledData } from '../recipes/run/labelled-data.js'
import { formatCount } from './terminal/quantities.js'
import { printTable } from './terminal/table.js'

export interface LabelCheck {
  /** Rows of the training part, by label. */
  readonly labels: Readonly<Record<string, number>>
  readonly training: number
  readonly validation: number
  readonly test: number
  readonly faults: { readonly count: number; readonly first: readonly Fault[] }
}

/** Counts the rows of each label and part, and describes the first faults. */
export const checkLabels = (
  { labels, training, validation, test, faults }: LabelledData,
  described: number,
): LabelCheck => ({
  labels: Object.fromEntries(
    labels.map((name, place) => [name, training.filter(({ label }) => label === place).length]),
  ),
  training: training.length,
  validation: validation.length,
  test: test.length,
  faults: {
    count: faults.length,
    first: faults
      .slice(0, described)
      .map(({ path, line, reason }) => ({ file: path, line, message: reason })),
  },
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
