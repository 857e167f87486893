/**
 * Writes a recipe for a table that nobody has seen: which column is the text and which the label,
 * and sizes that suit what is there, each with the reason beside it.
 */

import { textOf } from '../../data/text/field-template.js'
import { couldBeLabels, usualLabelNames, usualTextNames } from '../../data/text/table-header.js'
import { printRow } from '../../data/text/table-layout.js'
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

/** Numbers as many countries write them: 5,1. */
const hasDecimalCommas = ({ values }: Column): boolean =>
  values.some((value) => value.includes(',')) &&
  values.every((value) => /^[-+]?\d+(,\d+)?$/.test(value))

const byName = (columns: readonly Column[], names: readonly string[]): Column | undefined =>
  names
    .map((wanted) => columns.find(({ name }) => name.toLowerCase() === wanted))
    .find((column) => column !== undefined)

/** The column of few short values that come again and again; `named` are those whose names tell. */
const findLabel = (columns: readonly Column[], named: readonly Column[], path: string): Column => {
  const isLabel = ({ values }: Column) => couldBeLabels(values)
  const usual = byName(named, usualLabelNames)
  if (usual !== undefined && isLabel(usual)) return usual
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

/** What was assumed of the first row of a CSV or TSV file, and how to say otherwise. */
const describeLayout = ({ delimited, columns, names, records }: Plan): string[] => {
  if (delimited === undefined) return []
  const { header, separator } = delimited
  const first = printRow(
    header === 'present' ? columns.map(({ name }) => name) : Object.values(records[0]!).map(String),
  )
  const otherwise = 'if it names the columns, write present, and use its names'
  const assumed = {
    present:
      'seems to name the columns; if it is one like the others, write a list of names for them here',
    absent:
      names === undefined
        ? `seems to be one like the others, so the columns are called text and label; ${otherwise}`
        : `seems to be one like the others, so the columns get these names; ${otherwise}`,
  }[header]
  return [
    ...(separator === ';' ? ['  # Semicolons stand between its fields.'] : []),
    `  # The first row (${first}) ${assumed}.`,
    `  header: ${names === undefined ? header : `[${names.map(quote).join(', ')}]`}`,
  ]
}

/** What was seen in a table, and what follows from it. */
interface Plan extends TableLook {
  readonly columns: readonly Column[]
  /** Names for the columns of a table without a header, where the usual ones would mislead. */
  readonly names: readonly string[] | undefined
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

/** Whether the first column seems to hold texts, and the second one their labels. */
const beginsWithTexts = ([first, second]: readonly Column[]): boolean =>
  first !== undefined &&
  second !== undefined &&
  !first.isNumeric &&
  first.distinct > second.distinct

/** Names by what columns hold; undefined where those by their places, text and label, say the same. */
const namesFor = (
  columns: readonly Column[],
  label: Column,
  text: Column | undefined,
): string[] | undefined =>
  label.name === 'label' && text?.name === 'text'
    ? undefined
    : columns.map((column, index) =>
        column === label ? 'label' : column === text ? 'text' : `column ${index + 1}`,
      )

/** Throws DataError where no labels or nothing to read can be found. */
const planFor = (look: TableLook): Plan => {
  const { path, records } = look
  const columns = columnsOf(records)
  const isHeaderless = look.delimited?.header === 'absent'
  // Without a header the names are those of the places, which tell something in the usual order only.
  const named = isHeaderless && !beginsWithTexts(columns) ? [] : columns
  const label = findLabel(columns, named, path)
  const others = columns.filter((column) => column !== label)
  const words = others.filter((column) => !column.isNumeric && !hasDecimalCommas(column))
  const usual = byName(
    words.filter((column) => named.includes(column)),
    usualTextNames,
  )
  const text = usual ?? words.toSorted((a, b) => b.meanLength - a.meanLength)[0]
  const numbers = others.filter(({ isNumeric }) => isNumeric)
  const [withCommas] = others.filter(hasDecimalCommas)
  if (text === undefined && withCommas !== undefined) {
    throw new DataError(
      `${path}: expected numbers with points, found ${withCommas.values[0]} in the column ${withCommas.name}; write them with points`,
    )
  }
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
  const names = isHeaderless ? namesFor(columns, label, text) : undefined
  const rename = (column: Column): Column =>
    names === undefined ? column : { ...column, name: names[columns.indexOf(column)]! }
  return {
    ...{ ...look, columns, names, rows, size, share },
    ...{ label: rename(label), text: text && rename(text), numbers: numbers.map(rename) },
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

const writeData = (plan: Plan): string[] => {
  const { path, share, text, numbers, label } = plan
  return [
    'data:',
    `  path: ${quote(path)}`,
    ...describeLayout(plan),
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
}

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
