/** How tables are read where that is not what their names tell, for people. */

import type { LaidOutTable } from '../../recipes/run/check-columns.js'

/** A line for each table that has no header, or other separators than its name says. */
export const printTables = (tables: readonly LaidOutTable[]): string[] =>
  tables.flatMap(({ path, columns, delimited }) => {
    if (delimited === undefined) return []
    const { header, separator, isQuoted } = delimited
    const found = [
      ...(separator === ';' ? ['semicolons stand between its fields'] : []),
      // In a TSV file, where a quote is text, they do in any case.
      ...(separator === '\t' && isQuoted ? ['tabs stand between its fields'] : []),
      ...(header === 'absent' ? [`no header, the columns are called ${columns.join(', ')}`] : []),
    ]
    return found.length === 0 ? [] : [`${path}: ${found.join('; ')}`]
  })
