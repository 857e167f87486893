/** Tables of text with aligned columns. */

import { displayWidth, padToWidth } from './display-width.js'

export interface TableColumn {
  /** Above the column; a table without any titles has no head. */
  readonly title?: string
  /** Numbers are aligned at their ends. */
  readonly align?: 'start' | 'end'
}

const gap = '  '

/** The rows as lines; cells may have colours and Chinese text. */
export const printTable = (
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
): string => {
  const titles = columns.map(({ title = '' }) => title)
  const lines = titles.some((title) => title !== '') ? [titles, ...rows] : rows
  const widths = columns.map((_, index) =>
    lines.reduce((most, line) => Math.max(most, displayWidth(line[index] ?? '')), 0),
  )
  return lines
    .map((line) =>
      columns
        .map(({ align = 'start' }, index) =>
          padToWidth(line[index] ?? '', widths[index]!, align === 'end' ? 'start' : 'end'),
        )
        .join(gap)
        .trimEnd(),
    )
    .join('\n')
}
