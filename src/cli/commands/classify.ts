import { createFaultCounter, describeFaults, type FaultReport } from '../../data/fault-report.js'
import { hasFilmName, hasPictureName } from '../../data/media/media.js'
import { reportFault } from '../../data/source.js'
import { writeNumbers } from '../../data/text/number-columns.js'
import { readFileLines } from '../../data/text/read-lines.js'
import { collectGood, readRows } from '../../data/text/rows/read-rows.js'
import { numbersRow, textRow } from '../../data/text/rows/text-row.js'
import { type RecordContext, tableEnding } from '../../data/text/table-record.js'
import type { TextClassificationConfig } from '../../generation/text-classification/config.js'
import { withoutGaps } from '../../generation/without-gaps.js'
import type { Files } from '../../storage/files.js'
import { type ClassifiedClips, classifyClips, printClips } from '../classify-clips.js'
import type { CommandLineEnvironment } from '../environment.js'
import { findClassifier } from '../find/find-models.js'
import { defineCommand } from '../parsing/define-command.js'
import { choice, integer, text, withDefault } from '../parsing/options.js'
import { baseOption, deviceOption } from '../parsing/shared-options.js'
import { UsageError } from '../parsing/usage-error.js'
import { formatMeasure } from '../terminal/quantities.js'
import { printTable } from '../terminal/table.js'
import { showWork } from '../terminal/work.js'

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
  readonly leftOut: FaultReport
}

const headers = ['detect', 'present', 'absent'] as const

/** What is to be classified. */
interface Row {
  readonly text: string
  readonly line?: number
}

/** Classifies texts by a model's labels, or says what happens in clips: the model's task decides. */
export default defineCommand({
  name: 'classify',
  summary: 'Say which label a text has, or what a clip shows',
  arguments: {},
  words: {
    name: 'text|clip',
    description: 'the texts, each in quotes; for a model of clips their files or folders',
  },
  options: {
    model: text('the model’s folder; for clips the pretrained one by default', 'DIR'),
    base: baseOption,
    file: text('a file of texts: one a line, or a table (.tsv, .csv, .jsonl, .parquet)', 'FILE'),
    column: withDefault(text('the table’s column of texts', 'NAME'), 'text'),
    header: withDefault(
      choice('whether the first row of a .csv or .tsv names the columns', headers),
      'detect',
    ),
    topK: withDefault(
      integer('how many labels are shown for each text, or attribute of a clip', { minimum: 1 }),
      1,
    ),
    device: deviceOption,
  },
  examples: [
    '"国足1-0击败对手" --model runs/thucnews/model',
    '--file titles.txt --model runs/thucnews/model --top-k 3 --json',
    'walk.gif --top-k 2',
  ],
  run: async (
    { words = [], model: folder, base, file, column, header, topK, device },
    { environment, terminal },
  ): Promise<Result | ClassifiedClips> => {
    const { library, platform } = environment
    if (base === undefined && (await isOfClips(folder, words, environment))) {
      if (file !== undefined)
        throw new UsageError('--file: clips are named as they are, without it.')
      if (words.length === 0) throw new UsageError('expected a clip, got nothing. See --help.')
      return { clips: await classifyClips(words, { folder, topK, device }, environment) }
    }
    if (words.length === 0 && file === undefined) {
      throw new UsageError('expected a text, or --file with some, got nothing. See --help.')
    }
    if (folder === undefined) throw await noModel(platform.files)
    const model = await library.openClassifier(folder, device, withoutGaps({ base }))
    try {
      const { config } = model
      const given = words.map((word): Row => ({ text: word }))
      const counter = createFaultCounter(20)
      const rows =
        file === undefined
          ? []
          : await collectGood(
              file,
              (context) => openRows(file, { column, header }, config.columns, context),
              {
                files: platform.files,
                onFault: counter.add,
              },
            )
      const faults = counter.report()
      const all = [...given, ...rows]
      const onProgress = showWork(terminal)
      const found = await model.classify(
        all.map(({ text: own }) => own),
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
      if (faults.count > 0) terminal.note(describeFaults(faults))
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
  print: (result, { print }) => {
    if ('clips' in result) return print(printClips(result.clips))
    print(
      printTable(
        [{}, { align: 'end' }, {}],
        result.texts.flatMap(({ text: own, labels }) =>
          labels.map(({ label, score }, place) => [
            label,
            formatMeasure(score),
            place === 0 ? own.replace(/\s+/g, ' ') : '',
          ]),
        ),
      ),
    )
  },
})

/** Whether the model is one of clips; where none is named, whether all words name clips. */
const isOfClips = async (
  folder: string | undefined,
  words: readonly string[],
  { library, platform: { files } }: Pick<CommandLineEnvironment, 'library' | 'platform'>,
): Promise<boolean> => {
  if (folder !== undefined) return (await library.findTask(folder)) === 'text-image'
  const areClips = await Promise.all(
    words.map(async (word) => isClipName(word) || (await files.stat(word))?.kind === 'folder'),
  )
  return words.length > 0 && areClips.every(Boolean)
}

const isClipName = (path: string): boolean => hasPictureName(path) || hasFilmName(path)

const noModel = async (files: Files): Promise<UsageError> => {
  const found = await findClassifier(files)
  const help = found === undefined ? 'train one by "tesserae init classify"' : `there is ${found}`
  return new UsageError(
    `missing --model DIR, the folder of a model that classifies texts; ${help}.`,
  )
}

/** The texts of a file: of a table's column or columns, or a line each. */
async function* openRows(
  path: string,
  { column, header }: { readonly column: string; readonly header: (typeof headers)[number] },
  columns: TextClassificationConfig['columns'],
  context: RecordContext,
): AsyncGenerator<Row> {
  const layout = { header, howAbsent: '--header absent' }
  if (!tableEnding.test(path)) {
    for await (const { line, text: own } of readFileLines(path, context)) {
      if (own.trim() !== '') yield { text: own, line }
      else reportFault(context, { file: path, line, message: 'the text is empty' })
    }
  } else if (columns === undefined) {
    for await (const { text: own, line } of readRows([path], textRow(column), layout, context)) {
      yield { text: own, line }
    }
  } else {
    const names = columns.map(({ name }) => name)
    // A file without a header has the numbers in the order in which they were learned.
    const named = header === 'absent' ? { ...layout, columns: names } : layout
    for await (const { numbers, line } of readRows([path], numbersRow(names), named, context)) {
      yield { text: writeNumbers(numbers), line }
    }
  }
}
