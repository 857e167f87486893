/** Rows of two texts: what is given, and what is to be written. */

import type { RowShape } from './row-shape.js'
import { textRow } from './text-row.js'

export interface TextPair {
  readonly source: string
  readonly target: string
}

export interface PairOptions {
  /** A field, or a template of several. */
  readonly source?: string
  readonly target?: string
}

/** A sentence and its translation, a text and its title. */
export const pairRow = ({
  source = 'source',
  target = 'target',
}: PairOptions = {}): RowShape<TextPair> => {
  const [given, wanted] = [textRow(source), textRow(target)]
  return {
    fields: [...given.fields, ...wanted.fields],
    read: (fields) => {
      const [first, second] = [given.read(fields), wanted.read(fields)]
      if ('fault' in first) return first
      if ('fault' in second) return second
      return { row: { source: first.row.text, target: second.row.text } }
    },
  }
}
