/** What a language model learns from, before and after its tokenizer is there. */

import type { LanguageConfig } from '../../generation/text/config.js'
import type { TextTokenizer } from '../../tokenizers/text/index.js'
import type { RowSource } from '../../training/tasks/language-model.js'

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
  /** What a tokenizer is trained on. */
  texts(): AsyncIterable<string>
  /** The rows of `time` tokens. Throws DataError where a part has none. */
  rowsOf(options: {
    readonly text: TextTokenizer
    readonly config: LanguageConfig
    readonly time: number
  }): Promise<LanguageRows>
}
