/**
 * Rows to fine-tune on, from the records of tables: a text with its label, a prompt with its answer,
 * or a conversation. A row that cannot be used is reported with its line and left out.
 */

import { reportFault } from '../source.js'
import { parseFieldTemplate } from './field-template.js'
import { type ReadRecordsOptions, type RecordContext, readRecords } from './read-records.js'

/** How a record becomes a row. */
export interface RowShape<Row> {
  /** The fields that it needs, by which a header is known. */
  readonly fields: readonly string[]
  /** The row, or what is wrong with the record. */
  read(
    fields: Readonly<Record<string, unknown>>,
  ): { readonly row: Row } | { readonly fault: string }
}

/** Where a row was found. */
export interface RowPlace {
  readonly file: string
  /** From 1; in a Parquet file, the number of the row. */
  readonly line: number
}

export interface LabelledRow {
  readonly text: string
  readonly label: string
}

export interface PairRow {
  readonly prompt: string
  readonly answer: string
}

export const roles = ['system', 'user', 'assistant'] as const

export interface Message {
  readonly role: (typeof roles)[number]
  readonly content: string
}

export interface ConversationRow {
  readonly messages: readonly Message[]
}

/** The good rows of tables, in order. */
export async function* readRows<Row extends object>(
  paths: readonly string[],
  shape: RowShape<Row>,
  options: Omit<ReadRecordsOptions, 'wanted'>,
  context: RecordContext,
): AsyncGenerator<Row & RowPlace> {
  for (const path of paths) {
    const wanted = { ...options, wanted: shape.fields }
    for await (const { file, line, fields } of readRecords(path, wanted, context)) {
      const found = shape.read(fields)
      if ('fault' in found) reportFault(context, { file, line, message: found.fault })
      else yield { ...found.row, file, line }
    }
  }
}

export interface LabelledOptions {
  /** A field, or a template of several. */
  readonly text?: string
  readonly label?: string
  /** The labels that there are; another one is a fault. By default any is taken. */
  readonly labels?: readonly string[]
}

/** A text and its label, which may be a number in the file. */
export const labelledRow = ({
  text = 'text',
  label = 'label',
  labels,
}: LabelledOptions = {}): RowShape<LabelledRow> => {
  const template = parseFieldTemplate(text)
  return {
    fields: [...template.fields, label],
    read: (fields) => {
      const rendered = template.render(fields)
      if ('fault' in rendered) return rendered
      const value = fieldOf(fields, label)
      if (value === undefined || value === null || value === '') {
        return { fault: `"${label}": the label is missing; write one or remove the row` }
      }
      if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'bigint') {
        const found = Array.isArray(value) ? 'a list' : typeof value
        return { fault: `"${label}": expected a label, a text or a number, found ${found}` }
      }
      const name = String(value).trim()
      if (labels !== undefined && !labels.includes(name)) {
        const known = labels.slice(0, 20).join(', ') + (labels.length > 20 ? ', ...' : '')
        return { fault: `"${label}": the label ${name} is none of ${known}; correct the row` }
      }
      return { row: { text: rendered.text, label: name } }
    },
  }
}

export interface PairOptions {
  /** A field, or a template of several. */
  readonly prompt?: string
  readonly answer?: string
}

/** What is given and what is to be written: a sentence and its translation, a question and its answer. */
export const pairRow = ({
  prompt = 'prompt',
  answer = 'answer',
}: PairOptions = {}): RowShape<PairRow> => {
  const templates = [parseFieldTemplate(prompt), parseFieldTemplate(answer)] as const
  return {
    fields: templates.flatMap(({ fields }) => fields),
    read: (fields) => {
      const [given, wanted] = [templates[0].render(fields), templates[1].render(fields)]
      if ('fault' in given) return given
      if ('fault' in wanted) return wanted
      return { row: { prompt: given.text, answer: wanted.text } }
    },
  }
}

export interface ConversationOptions {
  readonly messages?: string
}

/** A list of messages, of which the assistant wrote one at least. */
export const conversationRow = ({
  messages = 'messages',
}: ConversationOptions = {}): RowShape<ConversationRow> => ({
  fields: [messages],
  read: (fields) => {
    const value = fieldOf(fields, messages)
    if (!Array.isArray(value) || value.length === 0) {
      return { fault: `"${messages}": expected a list of {"role", "content"}, found none` }
    }
    const read: Message[] = []
    for (const [index, message] of value.entries()) {
      const found = readMessage(message)
      if (typeof found === 'string')
        return { fault: `"${messages}", message ${index + 1}: ${found}` }
      read.push(found)
    }
    if (read.some(({ role }) => role === 'assistant')) return { row: { messages: read } }
    return { fault: `"${messages}": no message is the assistant's, from which to learn; add one` }
  },
})

/** A message, or what is wrong with it. */
const readMessage = (message: unknown): Message | string => {
  const isRecord = typeof message === 'object' && message !== null
  const { role, content } = (isRecord ? message : {}) as Readonly<Record<string, unknown>>
  const known = roles.find((one) => one === role)
  if (known === undefined) {
    return `expected a role of ${roles.join(', ')}, found ${JSON.stringify(role) ?? 'none'}`
  }
  if (typeof content !== 'string') return 'expected "content" to be a text; write one'
  if (content.trim() === '') return 'the content is empty; write some or remove the message'
  return { role: known, content }
}

const fieldOf = (fields: Readonly<Record<string, unknown>>, name: string): unknown =>
  Object.hasOwn(fields, name) ? fields[name] : undefined

/** The labels of rows, each once: numbers by their size, others by their spelling. */
export const labelsOf = (rows: Iterable<LabelledRow>): string[] => {
  const labels = [...new Set(Array.from(rows, ({ label }) => label))]
  const areNumbers = labels.every((label) => /^\d+$/.test(label))
  return areNumbers ? labels.sort((a, b) => Number(a) - Number(b)) : labels.sort()
}
