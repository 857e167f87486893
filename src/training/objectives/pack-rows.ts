/**
 * Puts several short rows into one, so that little of a batch is padding. They do not see each
 * other, and no token is learned from the row before it.
 */

import type { TokenRow } from './language.js'

/** A row of which only some tokens are learned, never the first. */
export interface CountedRow {
  readonly ids: readonly number[]
  /** 1 for tokens whose prediction counts. */
  readonly counts: readonly number[]
  /** How many tokens at its start are a prefix that sees itself from both sides. */
  readonly prefix?: number
}

export interface PackOptions {
  /** Tokens that the network reads of a row; one more is a label. */
  readonly time: number
  /** Whether rows are put together; otherwise each stays alone. */
  readonly isPacked: boolean
}

/** Rows that are looked at for room, the latest ones: enough to fill nearly all. */
const openRows = 64

/** Packed rows, in which the longest given ones come first; those beyond the length are cut. */
export const packRows = (
  rows: readonly CountedRow[],
  { time, isPacked }: PackOptions,
): TokenRow[] => {
  const longestFirst = rows.toSorted((a, b) => b.ids.length - a.ids.length)
  const bins: { length: number; readonly members: CountedRow[] }[] = []
  for (const row of longestFirst) {
    const length = Math.min(row.ids.length, time + 1)
    const open = isPacked ? bins.slice(-openRows) : []
    const free = open.find((bin) => bin.length + length <= time + 1)
    if (free === undefined) bins.push({ length, members: [row] })
    else {
      free.members.push(row)
      free.length += length
    }
  }
  return bins.map(({ members }) => joinRows(members, time))
}

const joinRows = (rows: readonly CountedRow[], time: number): TokenRow => {
  const cut = rows.map(({ ids, counts, prefix = 0 }) => ({
    ids: ids.slice(0, time + 1),
    counts: counts.slice(0, time + 1),
    prefix,
  }))
  return {
    ids: cut.flatMap(({ ids }) => ids),
    counts: cut.flatMap(({ counts }) => counts),
    documents: cut.flatMap(({ ids }, index) => ids.map(() => index + 1)),
    prefixes: cut.flatMap(({ ids, prefix }) => ids.map((_, place) => (place < prefix ? 1 : 0))),
  }
}
