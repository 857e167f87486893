/**
 * Writes a recipe for a table that nobody has seen: which column is the text and which the label,
 * and sizes that suit what is there, each with the reason beside it.
 */

import { textOf } from '../../data/text/field-template.js'
import { DataError } from '../../errors.js'
import type { TableLook } from './table-look.js'

/** What columns are likely to be called, likeliest first. */
const labelNames = ['label', 'class', 'category', 'target', 'species', 'sentiment', 'topic', 'y']
const textNames = ['text', 'sentence', 'title', 'content', 'review', 'body', 'abstract']

interface Column {
  readonly name: string
  readonly values: readonly string[]
  readonly distinct: number
  readonly isNumeric: boolean
  readonly meanLength: number
}

const columnsOf = (records: TableLook['records']): Column[] => {
  const names = [...new Set(records.flatMap((record) => Object.keys(record)))]
  return names.map((name) => {
    const values = records.flatMap((record) => textOf(record[name])?.trim() || [])
    const length = values.reduce((sum, value) => sum + value.length, 0)
    return {
      name,
      values,
      distinct: new Set(values).size,
      isNumeric: values.length > 0 && values.every((value) => Number.isFinite(Number(value))),
      meanLength: values.length === 0 ? 0 : length / values.length,
    }
  })
}

const byName = (columns: readonly Column[], names: readonly string[]): Column | undefined =>
  names
    .map((wanted) => columns.find(({ name }) => name.toLowerCase() === wanted))
    .find((column) => column !== undefined)

/** The column of few short values that come again and again. */
const findLabel = (columns: readonly Column[], path: string): Column => {
  const isLabel = ({ values, distinct }: Column) =>
    distinct >= 2 && distinct <= Math.max(2, values.length / 2)
  const named = byName(columns, labelNames)
  if (named !== undefined && isLabel(named)) return named
  const [best] = columns
    .filter(isLabel)
    .sort((a, b) => Number(a.isNumeric) - Number(b.isNumeric) || a.distinct - b.distinct)
  if (best !== undefined) return best
  throw new DataError(
    `${path}: expected a column of labels, of which each comes at least twice on average, found ${columns.map(({ name, distinct }) => `${name} (${distinct} different)`).join(', ')}; write the recipe by hand and name the columns in its data`,
  )
}

const quantile = (numbers: readonly number[], share: number): number =>
  numbers.toSorted((a, b) => a - b)[
    Math.min(numbers.length - 1, Math.floor(share * numbers.length))
  ]!

const hasSpacelessScript = (texts: readonly string[]): boolean => {
  const sample = texts.slice(0, 500).join('')
  const found = sample.match(
    /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/gu,
  )
  return (found?.length ?? 0) > 0.2 * sample.length
}

const roundUp = (count: number, step: number): number => Math.ceil(count / step) * step

/** Sizes by the number of rows: with few, a large network learns them by heart. */
const sizes = [
  {
    below: 500,
    depth: 1,
    width: 48,
    dropout: 0.3,
    batch: 16,
    epochs: 40,
    buckets: 4096,
    pieces: 1000,
  },
  {
    below: 3000,
    depth: 2,
    width: 64,
    dropout: 0.3,
    batch: 16,
    epochs: 20,
    buckets: 16384,
    pieces: 2000,
  },
  {
    below: 20_000,
    depth: 2,
    width: 96,
    dropout: 0.3,
    batch: 32,
    epochs: 12,
    buckets: 65536,
    pieces: 6000,
  },
  {
    below: 100_000,
    depth: 2,
    width: 128,
    dropout: 0.2,
    batch: 64,
    epochs: 8,
    buckets: 131072,
    pieces: 8000,
  },
  {
    below: Number.POSITIVE_INFINITY,
    depth: 3,
    width: 192,
    dropout: 0.1,
    batch: 64,
    epochs: 4,
    buckets: 262144,
    pieces: 16000,
  },
] as const

/** Scalars of YAML that no reader takes for anything else. */
const quote = (text: string): string =>
  /^[\p{L}_][\p{L}\p{N}_./-]*$/u.test(text) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(text)
    ? text
    : JSON.stringify(text)

const percent = (share: number): string => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`

/** The text of a recipe. Throws DataError where no labels or nothing to read can be found. */
export const writeClassifyRecipe = ({ path, records, faults }: TableLook): string => {
  const columns = columnsOf(records)
  const label = findLabel(columns, path)
  const others = columns.filter((column) => column !== label)
  const words = others.filter(({ isNumeric }) => !isNumeric)
  const named = byName(words, textNames)
  const text = named ?? words.toSorted((a, b) => b.meanLength - a.meanLength)[0]
  const numbers = others.filter(({ isNumeric }) => isNumeric)
  if (text === undefined && numbers.length === 0) {
    throw new DataError(
      `${path}: expected a column of texts or of numbers beside ${label.name}, found none; add one`,
    )
  }
  const rows = label.values.length
  const size = sizes.find(({ below }) => rows < below)!
  const counts = new Map<string, number>()
  for (const value of label.values) counts.set(value, (counts.get(value) ?? 0) + 1)
  const [most, least] = [Math.max(...counts.values()), Math.min(...counts.values())]
  const isUneven = most > 5 * least
  const share = rows < 1000 ? 0.2 : 0.1
  const steps = Math.max(1, Math.round((rows * (1 - share)) / size.batch))
  const isSpaceless = text !== undefined && hasSpacelessScript(text.values)
  const lengths = (text?.values ?? []).map((value) =>
    isSpaceless
      ? [...value].length
      : (value.match(/[\p{L}\p{N}]+|[^\s\p{L}\p{N}]/gu)?.length ?? 0) * 1.3,
  )
  const longest = text === undefined ? numbers.length : quantile(lengths, 0.98)
  const context = Math.min(512, Math.max(8, roundUp(longest + 1, 8)))
  const heads = Math.max(1, size.width / (size.width % 32 === 0 ? 32 : 24))

  return [
    `# Written by "tesserae init classify" for ${path}: ${rows} rows, ${counts.size} labels. Change what you like.`,
    ...(faults === 0 ? [] : [`# ${faults} rows cannot be used; training names them.`]),
    'task: text-classification',
    `summary: ${JSON.stringify(`sorts rows of ${path} by ${label.name}`)}`,
    'data:',
    `  path: ${quote(path)}`,
    `  # ${percent(share)} of the rows, chosen by the seed, are held out to measure on.`,
    `  validation: ${share}`,
    ...(text === undefined
      ? [
          '  # There is no column of texts: each number becomes a token, by the bin it falls into.',
          `  columns: [${numbers.map(({ name }) => quote(name)).join(', ')}]`,
          `  bins: ${rows < 500 ? 12 : 24}`,
        ]
      : [`  text: ${quote(text.name)}`]),
    `  label: ${quote(label.name)}`,
    ...(text === undefined
      ? []
      : isSpaceless
        ? [
            '# Most of the text is in a script without spaces, where characters are good tokens.',
            'text: { kind: characters }',
          ]
        : [
            `# Pieces of words; more of them than this would be too rare to learn from ${rows} rows.`,
            `text: { kind: byte-pair, vocabulary: ${size.pieces} }`,
          ]),
    'model:',
    `  # A small network: with ${rows} rows a larger one learns them by heart.`,
    `  depth: ${size.depth}`,
    `  width: ${size.width}`,
    `  heads: ${heads}`,
    text === undefined
      ? `  # As many tokens as there are numbers, and one that starts the row.`
      : `  # 98 of 100 texts have at most about ${Math.round(longest)} tokens; longer ones lose their end.`,
    `  context: ${context}`,
    '  # N-grams beside the blocks: alone they are as good as a linear classifier.',
    `  ngrams: { orders: ${text === undefined ? 1 : isSpaceless ? 3 : 2}, buckets: ${size.buckets}, width: ${text === undefined ? 8 : 32} }`,
    '  # Parts that are dropped while training keep the network from relying on few of them.',
    `  dropout: ${size.dropout}`,
    '  tokenDropout: 0.15',
    'objective:',
    `  # The commonest label has ${most} rows, the rarest ${least}${isUneven ? ': all labels are made to count alike' : ''}.`,
    `  labelWeights: ${isUneven ? 'balanced' : 'none'}`,
    '  smoothing: 0.1',
    `  score: ${isUneven ? 'macro-f1' : 'accuracy'}`,
    'training:',
    `  # An epoch has ${steps} steps. The run ends earlier when measurements get no better.`,
    `  epochs: ${size.epochs}`,
    `  batch: ${size.batch}`,
    '  learningRate: 0.001',
    `  # The averages of short runs must not reach back to their start.`,
    `  average: ${steps * size.epochs < 2000 ? 0.98 : 0.999}`,
    `  evaluateEvery: ${Math.max(1, Math.round(steps / (steps > 200 ? 2 : 1)))}`,
    'patience: 6',
    '',
  ].join('\n')
}
