/** The records of a file that has an object of JSON on each line. */

import { reportFault } from '../source.js'
import { readFileLines } from './read-lines.js'
import type { RecordContext, TableRecord } from './table-record.js'

/** The records of a file, in order; lines that hold none are reported and left out. */
export async function* readJsonLines(
  path: string,
  context: RecordContext,
): AsyncGenerator<TableRecord> {
  for await (const { line, text } of readFileLines(path, context)) {
    if (text.trim() === '') continue
    const fields = parseObject(text)
    if (typeof fields === 'string') reportFault(context, { file: path, line, message: fields })
    else yield { file: path, line, fields }
  }
}

/** The object that a line holds, or what is wrong with it. */
const parseObject = (text: string): Readonly<Record<string, unknown>> | string => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return `not JSON: ${error.message}; each line has to hold one object`
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    // An object's keys are texts, and of its values nothing is claimed.
    return value as Readonly<Record<string, unknown>>
  }
  const found = Array.isArray(value) ? 'a list' : JSON.stringify(value)
  return `expected an object such as {"text": "..."}, found ${found.slice(0, 40)}`
}
