import { withoutGaps } from '../../generation/without-gaps.js'
import type { Platform } from '../../platform/platform.js'
import { isCount, type Measures } from '../../recipes/evaluate/measures.js'
import { joinPath } from '../../storage/files.js'
import { writeJson } from '../../storage/json.js'
import { drawConfusionMatrix } from '../../training/metrics/confusion-matrix.js'
import { checkOutputFolder } from '../output/output-file.js'
import { defineCommand } from '../parsing/define-command.js'
import { text } from '../parsing/options.js'
import { baseOption, deviceOption } from '../parsing/shared-options.js'
import { formatCount, formatMeasure } from '../terminal/quantities.js'
import { printTable } from '../terminal/table.js'
import { showWork } from '../terminal/work.js'

/** Measures a model on what it has never seen. */
export default defineCommand({
  name: 'evaluate',
  summary: 'Measure a model on held-out data',
  arguments: { dir: 'a model folder' },
  options: {
    base: baseOption,
    against: text('another model folder, to compare with on the same data', 'DIR'),
    out: text('write the measures as JSON and pictures into this folder', 'DIR'),
    device: deviceOption,
  },
  examples: ['runs/emoji/model', 'runs/news/model --against runs/older/model --json'],
  run: async (
    { dir, base, against, out, device },
    { environment: { library, platform }, terminal },
  ) => {
    if (out !== undefined) await checkOutputFolder(platform.files, out)
    const measures = await library.evaluate(dir, {
      device,
      onProgress: showWork(terminal),
      ...withoutGaps({ base, against }),
    })
    if (out !== undefined) await writeMeasures(out, dir, measures, platform)
    return { folder: dir, ...measures }
  },
  print: ({ folder: _, ...measures }, { print }) => {
    const tables = tablesOf(measures).map(printMeasures)
    const texts = textsOf(measures)
    print([...tables, ...(texts.length > 0 ? [printTable([{}, {}], texts)] : [])].join('\n\n'))
  },
})

/** Writes the measures, and which labels were taken for which where that was measured. */
const writeMeasures = async (
  out: string,
  folder: string,
  measures: Measures,
  { files, media }: Pick<Platform, 'files' | 'media'>,
): Promise<void> => {
  await writeJson(files, joinPath(out, 'measures.json'), { folder, ...measures })
  const { confusion } = measures
  if (typeof confusion !== 'object') return
  const labels = Object.keys(confusion)
  // Its rows count how often each label was taken for each.
  const counts = Object.values(confusion).map((row) => Object.values(row) as number[])
  const matrix = drawConfusionMatrix({ title: folder, labels, counts })
  await files.write(joinPath(out, 'confusion.svg'), matrix.svg)
  const picture = await media.encodePng(await media.rasterize(matrix.svg, matrix))
  await files.write(joinPath(out, 'confusion.png'), picture)
}

interface Row {
  /** The keys that lead to it. */
  readonly path: readonly string[]
  readonly values: Readonly<Record<string, number>>
}

/** A row for each record that has numbers. */
const rowsOf = (measures: Measures, path: readonly string[] = []): Row[] => {
  const entries = Object.entries(measures)
  const numbers = entries.filter((entry): entry is [string, number] => typeof entry[1] === 'number')
  const own = { path, values: Object.fromEntries(numbers) }
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
    rows.map(({ path, values }) => [
      path.join(' '),
      ...names.map((column) => {
        const value = values[column]
        if (value === undefined) return ''
        return isCount([...path, column]) ? formatCount(value) : formatMeasure(value)
      }),
    ]),
  )
}
