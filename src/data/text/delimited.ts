/**
 * The rows of a file of comma-separated or tab-separated values. Spreadsheets of many countries put
 * semicolons where others put commas, which is told by the first rows.
 */

import { reportFault } from '../source.js'
import { type CsvRecord, createCsvReader, type Separator } from './csv.js'
import { openText } from './decode-text.js'
import type { RecordContext } from './table-record.js'

export type DelimitedFormat = 'csv' | 'tsv'

/** How a file is cut into fields. */
interface Cut {
  readonly separator: Separator
  /** Whether a quote at the start of a field is a mark. */
  readonly isQuoted: boolean
}

const separatorsOfCsv: readonly Separator[] = [',', ';', '\t']

/** How a text with such a separator in it is written. */
const adviceFor: Readonly<Record<Separator, string>> = {
  ',': 'put texts with commas in quotes',
  ';': 'put texts with semicolons in quotes',
  '\t': 'a text must not hold tabs',
}

/** Of a file's beginning, by which its separator is told: characters, and rows. */
const beginning = { characters: 2 ** 16, rows: 20 }

/** How a file is cut: by commas, unless the first row then is one field and another is in most rows. */
export const findCut = async (
  path: string,
  format: DelimitedFormat,
  { files }: Pick<RecordContext, 'files'>,
): Promise<Cut> => {
  if (format === 'tsv') return { separator: '\t', isQuoted: false }
  let text = ''
  let isWhole = true
  for await (const piece of openText(files, path).pieces) {
    text += piece
    isWhole = text.length < beginning.characters
    if (!isWhole) break
  }
  const separator = separatorsOfCsv.find((one) => {
    const read = createCsvReader({ separator: one })
    const rows = Array.from(read(text, isWhole)).slice(0, beginning.rows)
    const count = rows[0]?.fields.length ?? 0
    const alike = rows.filter(({ fields, isMalformed }) => fields.length === count && !isMalformed)
    return count > 1 && (one === ',' || alike.length > rows.length / 2)
  })
  return { separator: separator ?? ',', isQuoted: true }
}

/** The rows of a file, all with as many fields as the first; others are reported and left out. */
export async function* readFields(
  path: string,
  { separator, isQuoted }: Cut,
  context: RecordContext,
): AsyncGenerator<Pick<CsvRecord, 'line' | 'fields'>> {
  const { pieces, encodingFault } = openText(context.files, path)
  const read = createCsvReader({ separator, isQuoted })
  let count: number | undefined
  for await (const { piece, isLast } of markLast(pieces)) {
    for (const { line, fields, isMalformed } of read(piece, isLast)) {
      const fail = (message: string) => reportFault(context, { file: path, line, message })
      const wrong = encodingFault(fields)
      if (wrong !== undefined) fail(wrong)
      else if (isMalformed) {
        fail('a quoted field is not closed or goes on after its quote; double inner quotes')
      } else if (fields.length === (count ?? fields.length)) {
        count = fields.length
        yield { line, fields }
      } else {
        fail(
          `expected ${count} fields as in the first row, found ${fields.length}; ${adviceFor[separator]}`,
        )
      }
    }
  }
}

/** Pieces, each with whether it is the last: after them comes an empty one. */
async function* markLast(
  pieces: AsyncIterable<string>,
): AsyncGenerator<{ piece: string; isLast: boolean }> {
  for await (const piece of pieces) yield { piece, isLast: false }
  yield { piece: '', isLast: true }
}
