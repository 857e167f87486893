/** What a look through texts found, for people. */

import { printFaults } from '../../data/fault-report.js'
import type { PreparedTexts } from '../../recipes/run/language/prepare-texts.js'
import { formatCount } from '../terminal/quantities.js'
import { printTable } from '../terminal/table.js'
import { printTables } from './print-tables.js'

export const printTextCheck = ({
  documents,
  kept,
  characters,
  filters,
  languages,
  longest,
  faults,
  tables,
}: PreparedTexts['report']): string => {
  const actions = filters.flatMap(({ name, dropped, marked, changed }) =>
    [
      [dropped, `dropped for ${name}`],
      [marked, `kept, but marked for ${name}`],
      [changed, `changed for ${name}`],
    ].filter(([count]) => count !== 0),
  )
  const share = (count: number) => `${((100 * count) / Math.max(1, kept)).toFixed(1)} %`
  const table = (rows: readonly (readonly (string | number)[])[]) =>
    printTable(
      [{ align: 'end' }, {}],
      rows.map(([count, name]) => [
        typeof count === 'number' ? formatCount(count) : count!,
        String(name),
      ]),
    )
  return [
    ...printFaults(faults),
    ...printTables(tables),
    table([
      [documents, 'documents'],
      ...actions,
      [kept, 'kept'],
      [characters, 'characters in them'],
      [share(languages.en), 'English, by script'],
      [share(languages.zh), 'Chinese'],
      [share(languages.other), 'others'],
    ]),
    ...(longest.length === 0 ? [] : ['The longest documents, in characters:']),
    ...(longest.length === 0
      ? []
      : [table(longest.map(({ file, line, characters }) => [characters, `${file}:${line}`]))]),
    `${formatCount(kept)} good, ${formatCount(faults.count)} with faults`,
  ].join('\n')
}
