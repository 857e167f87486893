/**
 * Reads comma-separated values (RFC 4180), and tab-separated ones without quotes, with the line on
 * which each record starts. The text may come in pieces, of which only the record at hand is kept.
 */

export interface CsvRecord {
  /** From 1. */
  readonly line: number
  readonly fields: readonly string[]
  /** A quoted field is not closed, or text follows its closing quote. */
  readonly isMalformed: boolean
}

/** What stands between fields. */
export type Separator = ',' | ';' | '\t'

export interface CsvOptions {
  readonly separator?: Separator
  /** Whether a quote at the start of a field is a mark; in tab-separated files it is text. */
  readonly isQuoted?: boolean
}

/** Takes the next piece of a text and gives the records that it completes. */
export type ReadCsvPiece = (piece: string, isLast: boolean) => Generator<CsvRecord>

/** Characters after which a record without an end is given up, so that a stray quote is not read on and on. */
const longestRecord = 2 ** 24

/** Reads one text, piece by piece: its records, the header included; blank lines are left out. */
export const createCsvReader = ({
  separator = ',',
  isQuoted = true,
}: CsvOptions = {}): ReadCsvPiece => {
  const readRecord = createRecordReader(separator, isQuoted)
  let rest = ''
  let line = 1
  let isStart = true
  return function* (piece, isLast) {
    const text = rest + piece
    // A byte order mark, as spreadsheets write it, is no part of the first field.
    let position = isStart && text.startsWith('\uFEFF') ? 1 : 0
    if (text !== '') isStart = false
    while (position < text.length) {
      const { fields, isMalformed, lines, end } = readRecord(text, position)
      // What reaches the end may go on in the next piece: a line break of two characters, a quote.
      if (end >= text.length && !isLast && text.length - position < longestRecord) break
      if (fields.length > 1 || fields[0] !== '') yield { line, fields, isMalformed }
      line += lines
      position = end
    }
    rest = text.slice(position)
  }
}

interface ReadRecord {
  readonly fields: string[]
  readonly isMalformed: boolean
  /** Lines that the record takes. */
  readonly lines: number
  /** After the line break that ends the record. */
  readonly end: number
}

const createRecordReader = (separator: string, isQuoted: boolean) => {
  const upToSeparator = new RegExp(`[^${separator}\\r\\n]*`, 'y')
  const readPlain = (text: string, start: number): ReadField => {
    upToSeparator.lastIndex = start
    const value = upToSeparator.exec(text)?.[0] ?? ''
    return { value, end: start + value.length }
  }
  return (text: string, start: number): ReadRecord => {
    const fields: string[] = []
    let isMalformed = false
    let lines = 1
    let position = start
    for (;;) {
      const hasQuote = isQuoted && text[position] === '"'
      const field = hasQuote ? readQuoted(text, position) : readPlain(text, position)
      if (hasQuote) {
        const surplus = readPlain(text, field.end)
        if (field.isOpen || surplus.value !== '') isMalformed = true
        lines += text.slice(position, field.end).split(/\r\n|\r|\n/).length - 1
        position = surplus.end
      } else {
        position = field.end
      }
      fields.push(field.value)
      if (text[position] !== separator) break
      position++
    }
    if (text.startsWith('\r\n', position)) position++
    return { fields, isMalformed, lines, end: position + 1 }
  }
}

interface ReadField {
  readonly value: string
  readonly end: number
  readonly isOpen?: boolean
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
