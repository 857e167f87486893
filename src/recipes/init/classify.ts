/**
 * Writes a recipe for a table that nobody has seen: which column is the text and which the label,
 * and sizes that suit what is there, each with the reason beside it.
 */

import { textOf } from '../../data/text/field-template.js'
import { usualLabelNames, usualTextNames } from '../../data/text/table-header.js'
import { DataError } from '../../errors.js'
import { roundUp } from '../../generation/decoding/round-up.js'
import { usualOrders } from '../../tokenizers/text/grams.js'
import { pieceUnitOf } from '../../tokenizers/text/text-pieces.js'
import type { TableLook } from './table-look.js'

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
  const named = byName(columns, usualLabelNames)
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

/** Sizes by the number of rows: with few, a large network learns them by heart. */
const sizes = [
  {
    below: 500,
    depth: 1,
    width: 48,
    dropout: 0.3,
    batch: 16,
    epochs: 40,
    pieces: 1000,
  },
  {
    below: 3000,
    depth: 2,
    width: 64,
    dropout: 0.3,
    batch: 16,
    epochs: 20,
    pieces: 2000,
  },
  {
    below: 20_000,
    depth: 2,
    width: 96,
    dropout: 0.3,
    batch: 32,
    epochs: 12,
    pieces: 6000,
  },
  {
    below: 100_000,
    depth: 2,
    width: 128,
    dropout: 0.2,
    batch: 64,
    epochs: 8,
    pieces: 8000,
  },
  {
    below: Number.POSITIVE_INFINITY,
    depth: 3,
    width: 192,
    dropout: 0.1,
    batch: 64,
    epochs: 4,
    pieces: 16000,
  },
] as const

/** Scalars of YAML that no reader takes for anything else. */
const quote = (text: string): string =>
  /^[\p{L}_][\p{L}\p{N}_./-]*$/u.test(text) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(text)
    ? text
    : JSON.stringify(text)

const percent = (share: number): string => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`

/** What was assumed of the first row, and how to say otherwise. */
const describeHeader = (header: TableLook['header'], columns: readonly Column[]): string[] => {
  if (header === undefined) return []
  const found = columns.map(({ name }) => name).join(', ')
  return [
    header === 'present'
      ? `  # The first row (${found}) seems to name the columns; if it is one like the others, write absent, and the columns are text and label.`
      : '  # The first row seems to be one like the others; if it names the columns, write present, and use its names.',
    `  header: ${header}`,
  ]
}

/** What was seen in a table, and what follows from it. */
interface Plan extends TableLook {
  readonly columns: readonly Column[]
  readonly label: Column
  /** Undefined where the table has numbers alone. */
  readonly text: Column | undefined
  readonly numbers: readonly Column[]
  readonly rows: number
  readonly size: (typeof sizes)[number]
  /** Rows of each label. */
  readonly counts: readonly number[]
  /** The share of rows that is held out. */
  readonly share: number
  /** Steps of an epoch. */
  readonly steps: number
}

/** Throws DataError where no labels or nothing to read can be found. */
const planFor = (look: TableLook): Plan => {
  const { path, records } = look
  const columns = columnsOf(records)
  const label = findLabel(columns, path)
  const others = columns.filter((column) => column !== label)
  const words = others.filter(({ isNumeric }) => !isNumeric)
  const named = byName(words, usualTextNames)
  const text = named ?? words.toSorted((a, b) => b.meanLength - a.meanLength)[0]
  const numbers = others.filter(({ isNumeric }) => isNumeric)
  if (text === undefined && numbers.length === 0) {
    throw new DataError(
      `${path}: expected a column of texts or of numbers beside ${label.name}, found none; add one`,
    )
  }
  const rows = label.values.length
  const size = sizes.find(({ below }) => rows < below)!
  const byLabel = new Map<string, number>()
  for (const value of label.values) byLabel.set(value, (byLabel.get(value) ?? 0) + 1)
  const share = rows < 1000 ? 0.2 : 0.1
  return {
    ...{ ...look, columns, label, text, numbers, rows, size, share },
    counts: [...byLabel.values()],
    steps: Math.max(1, Math.round((rows * (1 - share)) / size.batch)),
  }
}

/** The text of a recipe. Throws DataError where no labels or nothing to read can be found. */
export const writeClassifyRecipe = (look: TableLook): string => {
  const plan = planFor(look)
  const { path, faults, label, rows, counts } = plan
  return [
    `# Written by "tesserae init classify" for ${path}: ${rows} rows, ${counts.length} labels. Change what you like.`,
    ...(faults === 0 ? [] : [`# ${faults} rows cannot be used; training names them.`]),
    'task: text-classification',
    `summary: ${JSON.stringify(`sorts rows of ${path} by ${label.name}`)}`,
    ...writeData(plan),
    ...(plan.text === undefined ? writeNumbersModel(plan) : writeTextsModel(plan, plan.text)),
    ...writeObjective(plan),
    ...writeTraining(plan),
    '',
  ].join('\n')
}

const writeData = ({ path, header, columns, share, text, numbers, label }: Plan): string[] => [
  'data:',
  `  path: ${quote(path)}`,
  ...describeHeader(header, columns),
  `  # ${percent(share)} of the rows, chosen by the seed, are held out to measure on.`,
  `  validation: ${share}`,
  ...(text === undefined
    ? [
        '  # There is no column of texts: each number becomes a token.',
        `  columns: [${numbers.map(({ name }) => quote(name)).join(', ')}]`,
      ]
    : [`  text: ${quote(text.name)}`]),
  `  label: ${quote(label.name)}`,
]

const writeSizes = ({ rows, size }: Plan): string[] => [
  'model:',
  `  # A small network: with ${rows} rows a larger one learns them by heart.`,
  `  depth: ${size.depth}`,
  `  width: ${size.width}`,
  `  heads: ${Math.max(1, size.width / (size.width % 32 === 0 ? 32 : 24))}`,
]

const writeDropout = ({ size }: Plan): string[] => [
  '  # Parts that are dropped while training keep the network from relying on few of them.',
  `  dropout: ${size.dropout}`,
  '  tokenDropout: 0.15',
]

const writeNumbersModel = (plan: Plan): string[] => [
  ...writeSizes(plan),
  '  # A linear classifier comes first; the network learns what it leaves over.',
  '  linear: {}',
  ...writeDropout(plan),
]

/** The tokenizer and the network of a table of texts. */
const writeTextsModel = (plan: Plan, { values }: Column): string[] => {
  const isSpaceless = pieceUnitOf(values) === 'characters'
  const lengths = values.map((value) =>
    isSpaceless
      ? [...value].length
      : (value.match(/[\p{L}\p{N}]+|[^\s\p{L}\p{N}]/gu)?.length ?? 0) * 1.3,
  )
  const longest = lengths.length === 0 ? 0 : quantile(lengths, 0.98)
  return [
    ...(isSpaceless
      ? [
          '# Most of the text is in a script without spaces, where characters are good tokens.',
          'text: { kind: characters }',
        ]
      : [
          `# Pieces of words; more of them than this would be too rare to learn from ${plan.rows} rows.`,
          `text: { kind: byte-pair, vocabulary: ${plan.size.pieces} }`,
        ]),
    ...writeSizes(plan),
    `  # 98 of 100 texts have at most about ${Math.round(longest)} tokens; longer ones lose their end.`,
    `  context: ${Math.min(512, Math.max(8, roundUp(longest + 1, 8)))}`,
    '  # Beside the network stands a linear classifier of n-grams; both vote.',
    `  linear: { orders: ${usualOrders[isSpaceless ? 'characters' : 'words']} }`,
    ...writeDropout(plan),
  ]
}

const writeObjective = ({ counts, text }: Plan): string[] => {
  const [most, least] = [Math.max(...counts), Math.min(...counts)]
  const isUneven = most > 5 * least
  return [
    'objective:',
    `  # The commonest label has ${most} rows, the rarest ${least}${isUneven ? ': all labels are made to count alike' : ''}.`,
    `  labelWeights: ${isUneven ? 'balanced' : 'none'}`,
    ...(text === undefined ? [] : ['  smoothing: 0.1']),
    `  score: ${isUneven ? 'macro-f1' : text === undefined ? 'accuracy' : 'loss'}`,
  ]
}

const writeTraining = ({ size, steps }: Plan): string[] => [
  'training:',
  `  # An epoch has ${steps} steps. The run ends earlier when measurements get no better.`,
  `  epochs: ${size.epochs}`,
  `  batch: ${size.batch}`,
  '  learningRate: 0.001',
  `  # The averages of short runs must not reach back to their start.`,
  `  average: ${steps * size.epochs < 2000 ? 0.98 : 0.999}`,
  `  evaluateEvery: ${Math.max(1, Math.round(steps / (steps > 200 ? 2 : 1)))}`,
  'patience: 6',
]
