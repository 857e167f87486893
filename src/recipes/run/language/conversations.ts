/** Conversations to fine-tune a language model on: read, divided, and made into rows of answers. */

import { createFaultCounter, describeFaults, type FaultReport } from '../../../data/fault-report.js'
import { findTextFiles } from '../../../data/text/find-text-files.js'
import { type ConversationRow, conversationRow } from '../../../data/text/rows/conversation-row.js'
import { collectRows } from '../../../data/text/rows/read-rows.js'
import type { RowPlace } from '../../../data/text/rows/row-shape.js'
import { splitRows } from '../../../data/text/rows/split-rows.js'
import { tableEnding } from '../../../data/text/table-record.js'
import { hashOf } from '../../../engine/tensor/random.js'
import { DataError, RecipeError } from '../../../errors.js'
import { renderBounded } from '../../../generation/text/chat/bounded-jinja.js'
import { createChatTemplate } from '../../../generation/text/chat/chat-template.js'
import { defaultChatTemplate } from '../../../generation/text/chat/default-chat-template.js'
import { endsOf, type LanguageConfig } from '../../../generation/text/config.js'
import type { TextTokenizer } from '../../../tokenizers/text/index.js'
import { answersRow } from '../../../training/objectives/conversation.js'
import { type CountedRow, packRows } from '../../../training/objectives/pack-rows.js'
import { rowsInMemory } from '../../../training/tasks/row-source.js'
import type { TextDataRecipe } from '../../schema/text-data.js'
import type { LanguageModelRecipe } from '../../tasks/language-model.js'
import { checkColumns, type LaidOutTable } from '../check-columns.js'
import type { RunEnvironment } from '../environment.js'
import { locatePath } from '../locate-source.js'
import { keyOfRows } from '../prepared-run.js'
import type { DataNotes, LanguageData } from './language-data.js'

type Conversation = ConversationRow & RowPlace

export interface Conversations {
  readonly training: readonly Conversation[]
  readonly validation: readonly Conversation[]
  /** Of records that hold no conversation to learn from. */
  readonly faults: FaultReport
  /** How the tables are laid out. */
  readonly tables: readonly LaidOutTable[]
}

export interface ReadConversationsOptions {
  readonly seed: number
  readonly environment: Pick<RunEnvironment, 'files' | 'dataFolder' | 'signal'>
  /** How many faults are described; all are counted. */
  readonly described?: number
}

/**
 * Reads and divides conversations. Throws DataError where there are none, and RecipeError where the
 * tables have no field of that name.
 */
export const readConversations = async (
  { path, conversations: field, columns, header, validation }: TextDataRecipe,
  { seed, environment, described = 20 }: ReadConversationsOptions,
): Promise<Conversations> => {
  const faults = createFaultCounter(described)
  const { files, signal } = environment
  const named = await Promise.all([path].flat().map((one) => locatePath(one, environment)))
  // Of folders the tables; a file that is named is read, or refused.
  const paths = (await findTextFiles(files, named))
    .map(({ path: file }) => file)
    .filter((file) => tableEnding.test(file) || named.includes(file))
  if (paths.length === 0) {
    throw new DataError(
      `${named.join(', ')}: there is no table of conversations here; tables end in .jsonl, .csv, .tsv or .parquet`,
    )
  }
  const context = { files, signal, onFault: faults.add }
  const shape = conversationRow(field)
  const needed = [[{ key: 'conversations', names: shape.fields }]]
  const naming = { header, ...(columns === undefined ? {} : { columns }) }
  const tables = await checkColumns(paths, { ...naming, needed }, { files, signal })
  const rows = await collectRows(paths, shape, naming, context)
  const parts = splitRows(rows, {
    share: validation.share,
    seed: hashOf(seed, 'conversations'),
    textOf: ({ messages }) => messages.map(({ content }) => content).join('\n'),
  })
  return { ...parts, faults: faults.report(), tables }
}

/** The rows of conversations, in which answers count, and what had to be cut or left out. */
export const encodeConversations = (
  conversations: readonly Conversation[],
  text: TextTokenizer,
  config: LanguageConfig,
  time: number,
) => {
  const template = createChatTemplate(config, text)
  const faults = createFaultCounter(1000)
  const rows: CountedRow[] = []
  let cut = 0
  for (const { messages, file, line } of conversations) {
    try {
      const isPrefix = config.prefixes === 'bidirectional'
      const { isCut, ...row } = answersRow(messages, template, { length: time + 1, isPrefix })
      if (isCut) cut++
      rows.push(row)
    } catch (error) {
      if (!(error instanceof DataError)) throw error
      faults.add({ file, line, message: error.message })
    }
  }
  return { rows, cut, faults: faults.report() }
}

/** Special tokens are no texts. */
const noTokens = { bos_token: '', eos_token: '', pad_token: '' }

/**
 * Conversations as the model will read them, with what the template writes around them. Those that it
 * refuses are left out here, and told when rows are made.
 */
export function* renderConversations(
  conversations: readonly ConversationRow[],
  { chatTemplate = defaultChatTemplate }: Pick<LanguageModelRecipe, 'chatTemplate'>,
): Generator<string> {
  for (const { messages } of conversations) {
    try {
      yield renderBounded(chatTemplate, { messages, add_generation_prompt: false, ...noTokens })
    } catch (error) {
      if (!(error instanceof DataError)) throw error
    }
  }
}

/** Conversations as what a language model learns from. */
export const prepareConversations = async (
  { data, seed, objective, chatTemplate }: LanguageModelRecipe,
  notes: DataNotes,
  environment: ReadConversationsOptions['environment'],
): Promise<LanguageData> => {
  const found = await readConversations(data, { seed, environment, described: 1000 })
  if (found.faults.count > 0) await notes.notice(describeFaults(found.faults))
  return {
    isOneText: false,
    key: keyOfRows([
      found.training.length,
      ...[...found.training, ...found.validation].map(({ messages }) => messages),
    ]),
    texts: async function* () {
      yield* renderConversations(found.training, { chatTemplate })
    },
    async rowsOf({ text, config, time }) {
      if (endsOf(config).length === 0) {
        throw new RecipeError(
          'the model has no token that ends texts, so its answers would have no end. Train a language model on several documents',
          { keys: ['start'] },
        )
      }
      const parts = {
        training: encodeConversations(found.training, text, config, time),
        validation: encodeConversations(found.validation, text, config, time),
      }
      const report: Record<string, unknown> = { leftOut: found.faults }
      for (const [part, { rows, cut, faults }] of Object.entries(parts)) {
        report[part] = { conversations: rows.length, cut, leftOut: faults }
        if (cut > 0) {
          await notes.notice(
            `${cut} conversations of the ${part} part are longer than ${time} tokens; their ends are left out`,
          )
        }
        if (faults.count > 0) await notes.notice(describeFaults(faults))
        if (rows.length > 0) continue
        throw new DataError(
          `${[data.path].flat().join(', ')}: there is no conversation for the ${part} part; add some, or change data.validation or model.context`,
        )
      }
      await notes.record('rows.json', report)
      const packed = (rows: readonly CountedRow[]) =>
        rowsInMemory(packRows(rows, { time, isPacked: objective.packed }))
      return {
        training: packed(parts.training.rows),
        validation: packed(parts.validation.rows),
        hasDocuments: true,
        about: {
          training: parts.training.rows.length,
          validation: parts.validation.rows.length,
        },
      }
    },
  }
}
