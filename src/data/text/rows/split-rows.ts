/** Divides rows into those to train on and those to measure on, equal texts on the same side. */

import { hashOf } from '../../../engine/tensor/random.js'

export interface RowSplit<Row> {
  readonly training: readonly Row[]
  readonly validation: readonly Row[]
}

export interface SplitRowsOptions<Row> {
  /** Share of the different texts that is held out. */
  readonly share: number
  readonly seed: number
  /** The text by which rows are equal. */
  textOf(row: Row): string
  /** Holds out the same share of each class; one with two texts or more gives and keeps one at least. */
  classOf?(row: Row): string
}

/** Which rows are held out depends on the seed and their texts alone, not on their places. */
export const splitRows = <Row>(
  rows: readonly Row[],
  { share, seed, textOf, classOf }: SplitRowsOptions<Row>,
): RowSplit<Row> => {
  const keys = rows.map((row) => keyOf(textOf(row)))
  const hashes = new Map(keys.map((key) => [key, hashOf(seed, 'held out', key)]))
  const heldOut = new Set<string>()
  if (classOf === undefined) {
    for (const [key, hash] of hashes) if (hash < share * 2 ** 32) heldOut.add(key)
  } else {
    for (const members of groupByClass(rows, keys, classOf).values()) {
      const wanted = Math.round(share * members.length)
      const count = share > 0 ? Math.min(Math.max(1, wanted), members.length - 1) : 0
      const inOrder = members.sort((a, b) => hashes.get(a)! - hashes.get(b)!)
      for (const key of inOrder.slice(0, count)) heldOut.add(key)
    }
  }
  return {
    training: rows.filter((_, index) => !heldOut.has(keys[index]!)),
    validation: rows.filter((_, index) => heldOut.has(keys[index]!)),
  }
}

/** Texts that differ in spelling of characters or in white space only are equal. */
const keyOf = (text: string): string => text.normalize('NFC').replace(/\s+/g, '')

/** The different texts of each class; one with several classes counts for its first. */
const groupByClass = <Row>(
  rows: readonly Row[],
  keys: readonly string[],
  classOf: (row: Row) => string,
): Map<string, string[]> => {
  const seen = new Set<string>()
  const classes = new Map<string, string[]>()
  for (const [index, row] of rows.entries()) {
    const key = keys[index]!
    if (seen.has(key)) continue
    seen.add(key)
    const name = classOf(row)
    const members = classes.get(name)
    if (members === undefined) classes.set(name, [key])
    else members.push(key)
  }
  return classes
}
