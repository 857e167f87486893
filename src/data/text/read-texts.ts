/**
 * Documents from text files and tables, read piece by piece, so that no file has to fit in memory.
 * What cannot be read is reported and left out.
 */

import { DataError } from '../../errors.js'
import { faultOf, reportFault } from '../source.js'
import { decodeText, encodingAdvice, printWrongByte, wrongByte } from './decode-text.js'
import type { TextDocument } from './document.js'
import { parseFieldTemplates } from './field-template.js'
import { readFileLines } from './read-lines.js'
import { type ReadRecordsOptions, readRecords } from './read-records.js'
import { type RecordContext, tableEnding } from './table-record.js'

export interface ReadTextsOptions extends Omit<ReadRecordsOptions, 'wanted'> {
  /** What counts as a document in plain text: a file, a line, or lines up to a blank one. */
  readonly documents: 'file' | 'line' | 'paragraph'
  /** The fields of tables that hold the text, or templates of several; the first that a record has. */
  readonly fields?: readonly string[]
}

/** All documents of files, in order; a record of a table is one. */
export async function* readTexts(
  paths: readonly string[],
  options: ReadTextsOptions,
  context: RecordContext,
): AsyncGenerator<TextDocument> {
  for (const path of paths) {
    if (tableEnding.test(path)) yield* readTable(path, options, context)
    else yield* readPlain(path, options, context)
  }
}

async function* readTable(
  path: string,
  { fields = ['text'], ...options }: ReadTextsOptions,
  context: RecordContext,
): AsyncGenerator<TextDocument> {
  const template = parseFieldTemplates(fields)
  const wanted = { ...options, wanted: template.fields }
  for await (const { file, line, fields: record } of readRecords(path, wanted, context)) {
    const rendered = template.render(record)
    if ('fault' in rendered) reportFault(context, { file, line, message: rendered.fault })
    else yield { text: rendered.text, file, line }
  }
}

/** Characters of a paragraph after which it comes in pieces. */
const pieceLength = 2 ** 20

async function* readPlain(
  path: string,
  { documents }: ReadTextsOptions,
  context: RecordContext,
): AsyncGenerator<TextDocument> {
  if ((await context.files.stat(path))?.size === 0) {
    reportFault(context, { file: path, message: 'the file is empty; fill it or leave it out' })
    return
  }
  yield* documents === 'file' ? readWhole(path, context) : readParts(path, documents, context)
}

/** Reports the error that ended the reading of a file, or throws it on. */
const reportEnd = (context: RecordContext, path: string, error: unknown): void => {
  if (!(error instanceof DataError) || context.onFault === undefined) throw error
  reportFault(context, faultOf(path, error))
}

/** How far from its end a piece may be divided, in characters, and after which of them, best first. */
const dividedWithin = 4096
const dividers = ['\n', '。', ' ', '，']

/** Where to divide a piece so that what filters look for stays whole: where a line, a sentence or a word ends. */
const endOfWhole = (piece: string): number => {
  const first = Math.max(0, piece.length - dividedWithin)
  const ends = dividers.map((divider) => piece.lastIndexOf(divider) + 1)
  return ends.find((end) => end > first) ?? piece.length
}

const withPlainLineEnds = (text: string): string => text.replaceAll('\r\n', '\n')

/** A file as one document; a long one comes in pieces, of which the last one always comes. */
async function* readWhole(path: string, context: RecordContext): AsyncGenerator<TextDocument> {
  let firstWrong: number | undefined
  const onWrongByte = (offset: number) => {
    firstWrong ??= offset
  }
  let held: string | undefined
  try {
    for await (const piece of decodeText(context.files, path, { onWrongByte })) {
      const wrong = firstWrong === undefined ? undefined : wrongByte.exec(piece)!
      if (wrong?.index !== 0) {
        let rest = ''
        if (held !== undefined) {
          const end = endOfWhole(held)
          const text = withPlainLineEnds(held.slice(0, end))
          yield { text, file: path, line: 1, continues: true }
          rest = held.slice(end)
        }
        held = rest + piece.slice(0, wrong?.index)
      }
      if (wrong === undefined) continue
      const byte = printWrongByte(wrong[0])
      const message = `byte ${firstWrong} (${byte}) is not UTF-8, and the file is left out from there; ${encodingAdvice}`
      reportFault(context, { file: path, message })
      break
    }
  } catch (error) {
    reportEnd(context, path, error)
  }
  if (held !== undefined) yield { text: withPlainLineEnds(held), file: path, line: 1 }
}

/** The lines of a file, or its lines up to blank ones, each a document. */
async function* readParts(
  path: string,
  documents: 'line' | 'paragraph',
  context: RecordContext,
): AsyncGenerator<TextDocument> {
  let held: string[] = []
  let length = 0
  let start = 1
  const take = (): TextDocument[] => {
    const taken = held.length === 0 ? [] : [{ text: held.join('\n'), file: path, line: start }]
    held = []
    length = 0
    return taken
  }
  try {
    for await (const line of readFileLines(path, context)) {
      const isBlank = line.text.trim() === ''
      if (isBlank || documents === 'line') yield* take()
      else if (length > pieceLength) {
        for (const piece of take()) yield { ...piece, text: `${piece.text}\n`, continues: true }
      }
      if (isBlank) continue
      if (held.length === 0) start = line.line
      held.push(line.text)
      length += line.text.length
    }
  } catch (error) {
    reportEnd(context, path, error)
  }
  yield* take()
}
