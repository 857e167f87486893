/**
 * The character tokenizer: one token for each Unicode code point, for small experiments on one
 * language. What its vocabulary lacks becomes the unknown token or an error.
 */

import { DataError } from '../../errors.js'
import type { CharacterDefinition, Surroundings } from './definition.js'
import { checkSpecialTokens } from './special-tokens.js'
import { assembleTokenizer, indexVocabulary, type TextTokenizer } from './tokenizer.js'
import { wellFormed } from './well-formed.js'

/** The tokenizer of a definition. Throws StorageError where the definition contradicts itself. */
export const createCharacterTokenizer = (definition: CharacterDefinition): TextTokenizer => {
  const idsByToken = indexVocabulary(definition)
  const { unknownToken, vocabulary } = definition
  const unknownId = unknownToken === undefined ? undefined : idsByToken.get(unknownToken)
  const textEncoder = new TextEncoder()

  return assembleTokenizer(definition, idsByToken, {
    encode: (text, ids) => {
      for (const character of wellFormed(text)) {
        const id = idsByToken.get(character) ?? unknownId
        if (id === undefined) {
          const codePoint = character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')
          throw new DataError(
            `character ${JSON.stringify(character)} (U+${codePoint}) is not among the ` +
              `${vocabulary.length} tokens. Train on text that has it, or name an unknown token.`,
          )
        }
        ids.push(id)
      }
    },
    bytesOf: (token) => textEncoder.encode(token),
  })
}

export interface CharacterTrainingOptions {
  readonly texts: Iterable<string> | AsyncIterable<string>
  /** They get the first ids, in this order. */
  readonly specialTokens?: readonly string[]
  /** One of `specialTokens`. */
  readonly unknownToken?: string
  readonly surroundings?: Surroundings
}

/** A tokenizer of all characters in `texts`, ordered by code point after the special tokens. */
export const trainCharacterTokenizer = async ({
  texts,
  specialTokens = [],
  ...rest
}: CharacterTrainingOptions): Promise<TextTokenizer> => {
  checkSpecialTokens(specialTokens)
  const characters = new Set<string>()
  for await (const text of texts) {
    for (const character of wellFormed(text)) characters.add(character)
  }
  const ordered = [...characters].sort((a, b) => a.codePointAt(0)! - b.codePointAt(0)!)
  const vocabulary = [...specialTokens, ...ordered]
  return createCharacterTokenizer({ kind: 'character', vocabulary, specialTokens, ...rest })
}
