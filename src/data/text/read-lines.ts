/** The lines of a text that comes in pieces, of which only the line at hand is kept. */

import type { Files } from '../../storage/files.js'
import { type Fault, reportFault } from '../source.js'
import { openText } from './decode-text.js'

export interface NumberedLine {
  /** From 1. */
  readonly line: number
  readonly text: string
  /** Whether the line was too long to be kept; `text` is its beginning. */
  readonly isCut: boolean
}

/** Characters of a line; what is behind them is left out, so that no line fills the memory. */
const longestLine = 2 ** 24

/**
 * The lines of a file that can be used, blank ones too. Those that are too long or not UTF-8 are
 * reported and left out.
 */
export async function* readFileLines(
  path: string,
  context: { readonly files: Files; readonly onFault?: (fault: Fault) => void },
): AsyncGenerator<Omit<NumberedLine, 'isCut'>> {
  const { pieces, encodingFault } = openText(context.files, path)
  for await (const { line, text, isCut } of readLines(pieces)) {
    const fault = isCut
      ? `the line has more than ${longestLine} characters; divide it`
      : encodingFault([text])
    if (fault === undefined) yield { line, text }
    else reportFault(context, { file: path, line, message: fault })
  }
}

/** All lines, blank ones too, without the `\n` or `\r\n` that ends them. */
export async function* readLines(pieces: AsyncIterable<string>): AsyncGenerator<NumberedLine> {
  let line = 1
  let parts: string[] = []
  let length = 0
  const add = (text: string) => {
    if (length < longestLine) parts.push(text.slice(0, longestLine - length))
    length += text.length
  }
  const take = (): NumberedLine => {
    const text = parts.join('')
    const isCut = length > longestLine
    parts = []
    length = 0
    return { line: line++, text: text.endsWith('\r') ? text.slice(0, -1) : text, isCut }
  }
  for await (const piece of pieces) {
    let start = 0
    for (;;) {
      const end = piece.indexOf('\n', start)
      if (end < 0) break
      add(piece.slice(start, end))
      yield take()
      start = end + 1
    }
    if (start < piece.length) add(piece.slice(start))
  }
  if (length > 0) yield take()
}
