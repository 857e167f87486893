/** Rows of a text, and of numbers that take the place of one. */

import { parseFieldTemplate } from '../field-template.js'
import { fieldOf, type RowShape } from './row-shape.js'

export interface TextRow {
  readonly text: string
}

/** A text from a field or a template of several, without the space around it. */
export const textRow = (template = 'text'): RowShape<TextRow> => {
  const { fields, render } = parseFieldTemplate(template)
  return {
    fields,
    read: (record) => {
      const rendered = render(record)
      return 'fault' in rendered ? rendered : { row: { text: rendered.text.trim() } }
    },
  }
}

export interface NumbersRow {
  /** In the order of the columns. */
  readonly numbers: readonly number[]
}

/** Numbers of several columns, each of them finite. */
export const numbersRow = (columns: readonly string[]): RowShape<NumbersRow> => ({
  fields: columns,
  read: (record) => {
    const numbers: number[] = []
    for (const name of columns) {
      const value = fieldOf(record, name)
      const number = numberOf(value)
      if (number === undefined) {
        const found = JSON.stringify(value) ?? 'nothing'
        const mend = hasDecimalComma(value) ? '; write it with a point' : ''
        return { fault: `"${name}": expected a number, found ${found}${mend}` }
      }
      numbers.push(number)
    }
    return { row: { numbers } }
  },
})

const hasDecimalComma = (value: unknown): boolean =>
  typeof value === 'string' && /^[-+]?\d+,\d+$/.test(value.trim())

const numberOf = (value: unknown): number | undefined => {
  if (typeof value === 'bigint') return Number(value)
  const isWritten = typeof value === 'string' && value.trim() !== ''
  const number = isWritten ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}
