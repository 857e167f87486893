/** A text tokenizer of any kind. */

import { createBytePairTokenizer } from './byte-pair.js'
import { createCharacterTokenizer } from './character.js'
import type { TextTokenizerDefinition } from './definition.js'
import { createForeignTokenizer } from './foreign.js'
import { createSentencePieceTokenizer } from './sentence-piece.js'
import type { TextTokenizer } from './tokenizer.js'
import { createWordPieceTokenizer } from './word-piece.js'

/** The tokenizer of a definition. Throws StorageError where the definition contradicts itself. */
export const createTextTokenizer = (definition: TextTokenizerDefinition): TextTokenizer => {
  switch (definition.kind) {
    case 'byte-pair':
      return createBytePairTokenizer(definition)
    case 'character':
      return createCharacterTokenizer(definition)
    case 'sentence-piece':
      return createSentencePieceTokenizer(definition)
    case 'word-piece':
      return createWordPieceTokenizer(definition)
    case 'foreign':
      return createForeignTokenizer(definition)
  }
}
