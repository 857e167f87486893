/** The two files of GPT-2's own release: encoder.json with vocab.bpe, or vocab.json with merges.txt. */

import { StorageError } from '../../errors.js'
import { parseJson } from '../../storage/json.js'
import { createBytePairTokenizer } from './byte-pair.js'
import { splitPatterns } from './split-pattern.js'
import type { TextTokenizer } from './tokenizer.js'
import { listTokens, readMerges } from './tokenizer-json/entries.js'
import { vocabularySchema } from './tokenizer-json/schema.js'

export interface Gpt2Files {
  /** The text of encoder.json or vocab.json: ids by token. */
  readonly vocabulary: string
  /** The text of vocab.bpe or merges.txt: one merge a line. */
  readonly merges: string
  readonly specialTokens?: readonly string[]
  /** One of `specialTokens`, for vocabularies that lack some bytes. */
  readonly unknownToken?: string
}

/** The tokenizer of GPT-2's two files. Throws StorageError where they are damaged. */
export const parseGpt2Files = ({
  vocabulary,
  merges,
  specialTokens = ['<|endoftext|>'],
  ...rest
}: Gpt2Files): TextTokenizer => {
  const entries = Object.entries(parseVocabulary(vocabulary))
  const lines = merges.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('#version'))
  return createBytePairTokenizer({
    kind: 'byte-pair',
    vocabulary: listTokens(entries),
    specialTokens,
    splitPattern: splitPatterns.gpt2,
    merges: readMerges(
      lines.map((line) => line.split(' ')),
      new Map(entries),
    ),
    ...rest,
  })
}

const parseVocabulary = (text: string): Record<string, number> => {
  const result = vocabularySchema.safeParse(parseJson(text, 'vocabulary'))
  if (result.success) return result.data
  throw new StorageError('vocabulary: expected an object of ids by token. Check the file.')
}
