import { writeBins } from '../../data/text/binned-columns.js'
import {
  describeFaults,
  hasTableName,
  type RowFault,
  readTextRows,
} from '../../data/text/labelled-rows.js'
import { DataError } from '../../errors.js'
import type { TextClassificationConfig } from '../../generation/text-classification/config.js'
import type { Files } from '../../storage/files.js'
import { defineCommand } from '../define-command.js'
import { integer, required, text, withDefault } from '../options.js'
import { baseOption, deviceOption } from '../shared-options.js'
import { formatMeasure } from '../terminal/quantities.js'
import { printTable } from '../terminal/table.js'
import { showWork } from '../terminal/work.js'
import { UsageError } from '../usage-error.js'
import { withoutGaps } from '../without-gaps.js'

interface Classified {
  readonly text: string
  /** Of the file, where there is one. */
  readonly line?: number
  /** The likeliest labels, best first. */
  readonly labels: readonly { readonly label: string; readonly score: number }[]
  /** Whether the text was longer than the model reads. */
  readonly isCut: boolean
}

interface Result {
  readonly texts: readonly Classified[]
  /** Rows of the file that could not be used. */
  readonly leftOut: readonly RowFault[]
}

/** What is to be classified: how it reads, and as the model reads it. */
interface Row {
  readonly text: string
  readonly read: string
  readonly line?: number
}

/** Sorts texts by a model's labels. */
export default defineCommand({
  name: 'classify',
  summary: 'Say which label a text has',
  arguments: {},
  words: { name: 'text', description: 'the texts, each in quotes' },
  options: {
    model: required(text('the model’s folder', 'DIR')),
    base: baseOption,
    file: text('a file of texts: one a line, or a table (.tsv, .csv, .jsonl)', 'FILE'),
    column: withDefault(text('the table’s column of texts', 'NAME'), 'text'),
    topK: withDefault(integer('how many labels are shown for each text', { minimum: 1 }), 1),
    device: deviceOption,
  },
  examples: [
    '"国足1-0击败对手" --model runs/thucnews/model',
    '--file titles.txt --model runs/thucnews/model --top-k 3 --json',
  ],
  run: async (
    { words = [], model: folder, base, file, column, topK, device },
    { environment: { library, platform }, terminal },
  ): Promise<Result> => {
    if (words.length === 0 && file === undefined) {
      throw new UsageError('expected a text, or --file with some, got nothing. See --help.')
    }
    const model = await library.openClassifier(folder, device, withoutGaps({ base }))
    try {
      const { config } = model
      const given = words.map((word): Row => ({ text: word, read: word }))
      const { rows, faults } =
        file === undefined
          ? { rows: [], faults: [] }
          : await readRows(file, { column, columns: config.columns }, platform.files)
      if (given.length > 0 && config.columns !== undefined) {
        const names = config.columns.map(({ name }) => name).join(', ')
        throw new DataError(`${folder}: it reads rows of ${names}; give a table by --file`)
      }
      const all = [...given, ...rows]
      const onProgress = showWork(terminal)
      const found = await model.classify(
        all.map(({ read }) => read),
        { onProgress: (done, total) => onProgress('texts', done, total) },
      )
      const texts = found.map(({ probabilities, isCut }, index): Classified => {
        const { text: own, line } = all[index]!
        return {
          text: own,
          ...(line === undefined ? {} : { line }),
          labels: config.labels
            .map((label, place) => ({ label, score: probabilities[place]! }))
            .sort((a, b) => b.score - a.score)
            .slice(0, topK),
          isCut,
        }
      })
      terminal.endProgress()
      const cut = texts.filter((one) => one.isCut).length
      if (faults.length > 0) terminal.note(describeFaults(faults))
      if (cut > 0) {
        terminal.note(
          `${cut} texts are longer than ${config.network.context} tokens; only their beginnings were read`,
        )
      }
      return { texts, leftOut: faults }
    } finally {
      await model.close()
    }
  },
  print: ({ texts }, { print }) =>
    print(
      printTable(
        [{}, { align: 'end' }, {}],
        texts.flatMap(({ text: own, labels }) =>
          labels.map(({ label, score }, place) => [
            label,
            formatMeasure(score),
            place === 0 ? own.replace(/\s+/g, ' ') : '',
          ]),
        ),
      ),
    ),
})

/** The texts of a file: of a table's column or columns, or a line each. */
const readRows = async (
  path: string,
  {
    column,
    columns,
  }: { readonly column: string; readonly columns: TextClassificationConfig['columns'] },
  files: Files,
): Promise<{ rows: Row[]; faults: readonly RowFault[] }> => {
  if (hasTableName(path)) {
    const names = columns?.map(({ name }) => name)
    const { rows, faults } = await readTextRows(files, path, { text: names ?? column })
    const read = rows.map(({ text: own, values, line }) => ({
      text: own,
      read: columns === undefined ? own : writeBins(columns, values),
      line,
    }))
    return { rows: read, faults }
  }
  const lines = (await files.readText(path)).replace(/^\uFEFF/, '').split(/\r?\n/)
  // The end of the last line starts no other.
  if (lines.at(-1) === '') lines.pop()
  const faults: RowFault[] = []
  const rows = lines.flatMap((own, index): Row[] => {
    const line = index + 1
    if (own.trim() !== '') return [{ text: own, read: own, line }]
    faults.push({ path, line, reason: 'the text is empty' })
    return []
  })
  if (rows.length > 0) return { rows, faults }
  throw new DataError(`${path}: there is no text in it; give a file with a text on each line`)
}
