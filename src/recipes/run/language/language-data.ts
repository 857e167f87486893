/** What a language model learns from, before and after its tokenizer is there. */

import type { LanguageConfig } from '../../../generation/text/config.js'
import type { TextTokenizer } from '../../../tokenizers/text/index.js'
import type { RowSource } from '../../../training/tasks/row-source.js'

/** What becomes known of the data while it is prepared. */
export interface DataNotes {
  /** A file that tells what the data is and what was left out of it. */
  record(name: string, content: unknown): Promise<void>
  /** A line that the user should know. */
  notice(line: string): Promise<void>
}

export interface LanguageRows {
  readonly training: RowSource
  readonly validation: RowSource
  /** Whether several documents, or padding, may stand in a row. */
  readonly hasDocuments: boolean
  /** How much there is, for a manifest. */
  readonly about: Readonly<Record<string, unknown>>
}

export interface LanguageData {
  /** Whether all of it is one text, which has no other documents to be told from. */
  readonly isOneText: boolean
  /** Changes when what is learned from does. */
  readonly key: string
  /** What a tokenizer is trained on. */
  texts(): AsyncIterable<string>
  /** The rows of `time` tokens. Throws DataError where a part has none. */
  rowsOf(options: {
    readonly text: TextTokenizer
    readonly config: LanguageConfig
    readonly time: number
  }): Promise<LanguageRows>
}
