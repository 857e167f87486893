/**
 * Writes a recipe for a table that nobody has described, each line that was decided with its reason
 * beside it.
 */

import { printRow } from '../../data/text/table-layout.js'
import { roundUp } from '../../generation/decoding/round-up.js'
import { usualOrders } from '../../tokenizers/text/grams.js'
import { pieceUnitOf } from '../../tokenizers/text/text-pieces.js'
import type { TableLook } from './table-look.js'
import { type Column, planTable, type TablePlan } from './table-plan.js'

const quantile = (numbers: readonly number[], share: number): number =>
  numbers.toSorted((a, b) => a - b)[
    Math.min(numbers.length - 1, Math.floor(share * numbers.length))
  ]!

/** Scalars of YAML that no reader takes for anything else. */
const quote = (text: string): string =>
  /^[\p{L}_][\p{L}\p{N}_./-]*$/u.test(text) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(text)
    ? text
    : JSON.stringify(text)

const percent = (share: number): string => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`

/** What was assumed of the first row of a CSV or TSV file, and how to say otherwise. */
const describeLayout = ({ delimited, columns, names, records }: TablePlan): string[] => {
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

/** The text of a recipe. Throws DataError where no labels or nothing to read can be found. */
export const writeClassifyRecipe = (look: TableLook): string => {
  const plan = planTable(look)
  const { path, faults, label, rows, counts } = plan
  return [
    `# Written by "tesserae init classify" for ${path}: ${rows} rows, ${counts.length} labels. Change what you like.`,
    ...(faults === 0 ? [] : [`# ${faults} rows cannot be used; training names them.`]),
    'task: text-classification',
    `summary: ${JSON.stringify(`classifies rows of ${path} by ${label.name}`)}`,
    ...writeData(plan),
    ...(plan.text === undefined ? writeNumbersModel(plan) : writeTextsModel(plan, plan.text)),
    ...writeObjective(plan),
    ...writeTraining(plan),
    '',
  ].join('\n')
}

const writeData = (plan: TablePlan): string[] => {
  const { path, share, text, numbers, rowNumbers, label } = plan
  return [
    'data:',
    `  path: ${quote(path)}`,
    ...describeLayout(plan),
    `  # ${percent(share)} of the rows, chosen by the seed, are held out to measure on.`,
    `  validation: ${share}`,
    ...(text === undefined
      ? [
          '  # There is no column of texts: each number becomes a token.',
          ...rowNumbers.map(
            ({ name }) => `  # ${quote(name)} numbers the rows, and so says nothing of new ones.`,
          ),
          `  columns: [${numbers.map(({ name }) => quote(name)).join(', ')}]`,
        ]
      : [`  text: ${quote(text.name)}`]),
    `  label: ${quote(label.name)}`,
  ]
}

const writeSizes = ({ rows, size }: TablePlan): string[] => [
  'model:',
  `  # A small network: with ${rows} rows a larger one learns them by heart.`,
  `  depth: ${size.depth}`,
  `  width: ${size.width}`,
  `  heads: ${Math.max(1, size.width / (size.width % 32 === 0 ? 32 : 24))}`,
]

const writeDropout = ({ size }: TablePlan): string[] => [
  '  # Parts that are dropped while training keep the network from relying on few of them.',
  `  dropout: ${size.dropout}`,
  '  tokenDropout: 0.15',
]

const writeNumbersModel = (plan: TablePlan): string[] => [
  ...writeSizes(plan),
  '  # A linear classifier comes first; the network learns what it leaves over.',
  '  linear: {}',
  ...writeDropout(plan),
]

/** The tokenizer and the network of a table of texts. */
const writeTextsModel = (plan: TablePlan, { values }: Column): string[] => {
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

const writeObjective = ({ counts, text }: TablePlan): string[] => {
  const most = counts.reduce((one, other) => Math.max(one, other))
  const least = counts.reduce((one, other) => Math.min(one, other))
  const isUneven = most > 5 * least
  return [
    'objective:',
    `  # The commonest label has ${most} rows, the rarest ${least}${isUneven ? ': all labels are made to count alike' : ''}.`,
    `  labelWeights: ${isUneven ? 'balanced' : 'none'}`,
    ...(text === undefined ? [] : ['  smoothing: 0.1']),
    `  score: ${isUneven ? 'macro-f1' : text === undefined ? 'accuracy' : 'loss'}`,
  ]
}

const writeTraining = ({ size, steps }: TablePlan): string[] => [
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
