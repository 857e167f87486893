/** The rows of a recipe that sorts texts: read, divided and checked against the labels to learn. */

import { type BinnedColumn, learnBins, writeBins } from '../../data/text/binned-columns.js'
import {
  describeFaults,
  type RowFault,
  readTextRows,
  type TextRow,
} from '../../data/text/labelled-rows.js'
import { hashOf } from '../../engine/tensor/random.js'
import { DataError } from '../../errors.js'
import type { LabelledDataRecipe } from '../schema/labelled-data.js'
import type { RunEnvironment } from './environment.js'
import { locatePath } from './locate-source.js'

/** A text and the place of its label. */
export interface LabelledExample {
  readonly text: string
  readonly label: number
}

export interface LabelledData {
  /** Those of the training part. */
  readonly labels: readonly string[]
  readonly training: readonly LabelledExample[]
  readonly validation: readonly LabelledExample[]
  readonly test: readonly LabelledExample[]
  /** Where texts are rows of numbers. */
  readonly columns?: readonly BinnedColumn[]
  /** Rows of all parts that could not be used. */
  readonly faults: readonly RowFault[]
}

type Environment = Pick<RunEnvironment, 'files' | 'dataFolder'>

interface NamedRow extends TextRow {
  readonly path: string
}

interface Part {
  readonly rows: readonly NamedRow[]
  readonly faults: readonly RowFault[]
}

const readPart = async (
  path: string,
  { columns, text, label }: LabelledDataRecipe,
  environment: Environment,
): Promise<Part> => {
  const place = await locatePath(path, environment)
  const { rows, faults } = await readTextRows(environment.files, place, {
    text: columns ?? text,
    label,
  })
  const named = rows.map((row) => ({ ...row, path: place }))
  if (columns === undefined) return { rows: named, faults }
  const isNumeric = ({ values }: TextRow) => values.every((value) => Number.isFinite(Number(value)))
  const others = named.filter((row) => !isNumeric(row))
  const reason = 'a value is no number'
  return {
    rows: named.filter(isNumeric),
    faults: [...faults, ...others.map(({ path, line }) => ({ path, line, reason }))],
  }
}

/** Which rows are held out: chosen by the seed, so many of each part whatever the order. */
const divide = (rows: readonly NamedRow[], shares: readonly number[], seed: number) => {
  const order = rows
    .map((row, index) => ({ row, index, place: hashOf(seed, 'division', index) }))
    .sort((a, b) => a.place - b.place || a.index - b.index)
  let start = 0
  const parts = shares.map((share) => {
    const count = share === 0 ? 0 : Math.max(1, Math.round(share * rows.length))
    start += count
    return order.slice(start - count, start)
  })
  const inOrder = (part: typeof order) =>
    part.toSorted((a, b) => a.index - b.index).map(({ row }) => row)
  return { parts: parts.map(inOrder), rest: inOrder(order.slice(start)) }
}

/** The names that numbers stand for. Throws DataError where one has none. */
const nameLabels = async (
  { names }: LabelledDataRecipe,
  environment: Environment,
): Promise<((row: NamedRow) => string) | undefined> => {
  if (names === undefined) return undefined
  const path = await locatePath(names, environment)
  const known = (await environment.files.readText(path)).trim().split(/\r?\n/)
  return ({ path: table, line, label }) => {
    const name = known[Number(label)]
    if (name !== undefined && label.trim() !== '') return name.trim()
    throw new DataError(
      `${table}:${line}: expected a number from 0 to ${known.length - 1} that ${path} names, found ${JSON.stringify(label)}`,
    )
  }
}

/** Some rows of a part, in their order. */
const choose = (rows: readonly NamedRow[], count: number, seed: number): readonly NamedRow[] =>
  count >= rows.length ? rows : divide(rows, [count / rows.length], seed).parts[0]!

const compareLabels = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Reads and divides the rows. Throws DataError where a part cannot be used. */
export const prepareLabelledData = async (
  data: LabelledDataRecipe,
  { seed, environment }: { readonly seed: number; readonly environment: Environment },
): Promise<LabelledData> => {
  const { validation, test } = data
  const shareOf = (part: string | number | undefined) => (typeof part === 'number' ? part : 0)
  const own = await readPart(data.path, data, environment)
  const divided = divide(own.rows, [shareOf(validation), shareOf(test)], seed)
  const readOther = async (part: string | number | undefined, place: number): Promise<Part> =>
    typeof part === 'string'
      ? readPart(part, data, environment)
      : { rows: divided.parts[place]!, faults: [] }
  const held = { validation: await readOther(validation, 0), test: await readOther(test, 1) }
  const nameOf = (await nameLabels(data, environment)) ?? (({ label }: NamedRow) => label)
  const learned = choose(divided.rest, data.rows ?? divided.rest.length, seed)
  const labels = [...new Set(learned.map(nameOf))].sort(compareLabels)
  if (labels.length < 2) {
    throw new DataError(
      `${data.path}: expected rows of at least two labels, found ${labels.length === 0 ? 'none' : `only ${labels[0]}`}; check data.label`,
    )
  }
  const places = new Map(labels.map((label, place) => [label, place]))
  const columns =
    data.columns === undefined
      ? undefined
      : learnBins(
          data.columns,
          learned.map(({ values }) => values),
          data.bins,
        )
  const faults = [...own.faults, ...held.validation.faults, ...held.test.faults]
  const use = (rows: readonly NamedRow[]): LabelledExample[] =>
    rows.flatMap((row) => {
      const name = nameOf(row)
      const label = places.get(name)
      if (label === undefined) {
        const reason = `the label ${JSON.stringify(name)} is not among those that are trained`
        faults.push({ path: row.path, line: row.line, reason })
        return []
      }
      const text = columns === undefined ? row.text : writeBins(columns, row.values)
      return [{ text, label }]
    })
  const parts = {
    training: use(learned),
    validation: use(held.validation.rows),
    test: use(held.test.rows),
  }
  if (parts.validation.length === 0) {
    const why = faults.length === 0 ? '' : `; ${describeFaults(faults)}`
    throw new DataError(
      `${data.path}: there are no rows to measure on${why}; change data.validation`,
    )
  }
  return { labels, ...parts, ...(columns === undefined ? {} : { columns }), faults }
}
