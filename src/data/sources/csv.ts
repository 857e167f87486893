/** Reads comma-separated values (RFC 4180), with the line on which each record starts. */

export interface CsvRecord {
  /** From 1. */
  readonly line: number
  readonly fields: readonly string[]
  /** A quoted field is not closed, or text follows its closing quote. */
  readonly isMalformed: boolean
}

/** The records of a text, the header included; blank lines are left out. */
export function* parseCsv(text: string): Generator<CsvRecord> {
  // A byte order mark, as spreadsheets write it, is no part of the first field.
  let position = text.startsWith('\uFEFF') ? 1 : 0
  let line = 1
  while (position < text.length) {
    const { fields, isMalformed, end } = readRecord(text, position)
    if (fields.length > 1 || fields[0] !== '') yield { line, fields, isMalformed }
    line += text.slice(position, end).split(/\r\n|\r|\n/).length - 1
    position = end
  }
}

interface ReadRecord {
  readonly fields: string[]
  readonly isMalformed: boolean
  /** After the line break that ends the record. */
  readonly end: number
}

const readRecord = (text: string, start: number): ReadRecord => {
  const fields: string[] = []
  let isMalformed = false
  let position = start
  for (;;) {
    const field = text[position] === '"' ? readQuoted(text, position) : readPlain(text, position)
    const surplus = readPlain(text, field.end)
    if (field.isOpen || surplus.value !== '') isMalformed = true
    fields.push(field.value)
    position = surplus.end
    if (text[position] !== ',') break
    position++
  }
  if (text.startsWith('\r\n', position)) position++
  return { fields, isMalformed, end: position + 1 }
}

interface ReadField {
  readonly value: string
  readonly end: number
  readonly isOpen?: boolean
}

const readPlain = (text: string, start: number): ReadField => {
  const upToSeparator = /[^,\r\n]*/y
  upToSeparator.lastIndex = start
  const value = upToSeparator.exec(text)?.[0] ?? ''
  return { value, end: start + value.length }
}

const readQuoted = (text: string, start: number): ReadField => {
  let value = ''
  let position = start + 1
  for (;;) {
    const quote = text.indexOf('"', position)
    if (quote < 0) return { value: value + text.slice(position), end: text.length, isOpen: true }
    value += text.slice(position, quote)
    if (text[quote + 1] !== '"') return { value, end: quote + 1 }
    value += '"'
    position = quote + 2
  }
}
