import type { Measures } from '../../recipes/evaluate/measures.js'
import { defineCommand } from '../define-command.js'
import { deviceOption } from '../shared-options.js'
import { formatMeasure } from '../terminal/quantities.js'
import { printTable } from '../terminal/table.js'
import { showWork } from '../terminal/work.js'

/** Measures a model on what it has never seen. */
export default defineCommand({
  name: 'evaluate',
  summary: 'Measure a model on held-out data',
  arguments: { dir: 'a model folder' },
  options: { device: deviceOption },
  examples: ['runs/emoji/model', 'runs/emoji/model --json'],
  run: async ({ dir, device }, { environment: { library }, terminal }) => ({
    folder: dir,
    ...(await library.evaluate(dir, { device, onProgress: showWork(terminal) })),
  }),
  print: ({ folder: _, ...measures }, { print }) => {
    const tables = tablesOf(measures).map(printMeasures)
    const texts = textsOf(measures)
    print([...tables, ...(texts.length > 0 ? [printTable([{}, {}], texts)] : [])].join('\n\n'))
  },
})

interface Row {
  readonly name: string
  readonly values: Readonly<Record<string, number>>
}

/** A row for each record that has numbers, named by the way to it. */
const rowsOf = (measures: Measures, path: readonly string[] = []): Row[] => {
  const entries = Object.entries(measures)
  const numbers = entries.filter((entry): entry is [string, number] => typeof entry[1] === 'number')
  const own = { name: path.join(' '), values: Object.fromEntries(numbers) }
  return [
    ...(numbers.length > 0 ? [own] : []),
    ...entries.flatMap(([name, child]) =>
      typeof child === 'object' ? rowsOf(child, [...path, name]) : [],
    ),
  ]
}

/** How it was measured, each with its name. */
const textsOf = (measures: Measures): [string, string][] =>
  Object.entries(measures).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  )

/** Rows that measure the same first thing stand in one table: a model beside its baseline. */
const tablesOf = (measures: Measures): Row[][] => {
  const tables = new Map<string, Row[]>()
  for (const row of rowsOf(measures)) {
    const [subject = ''] = Object.keys(row.values)
    tables.set(subject, [...(tables.get(subject) ?? []), row])
  }
  return Array.from(tables.values())
}

const printMeasures = (rows: readonly Row[]): string => {
  const names = Array.from(new Set(rows.flatMap(({ values }) => Object.keys(values))))
  return printTable(
    [{}, ...names.map((title) => ({ title, align: 'end' as const }))],
    rows.map(({ name, values }) => [
      name,
      ...names.map((column) => {
        const value = values[column]
        return value === undefined ? '' : formatMeasure(value)
      }),
    ]),
  )
}
