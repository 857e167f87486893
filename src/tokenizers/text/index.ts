/** Text tokenizers: byte pairs and characters, their training and their files, and other projects'. */

export { createBytePairTokenizer } from './byte-pair.js'
export {
  type CharacterTrainingOptions,
  createCharacterTokenizer,
  trainCharacterTokenizer,
} from './character.js'
export { createTextTokenizer } from './create.js'
export type {
  BytePairDefinition,
  CharacterDefinition,
  ForeignDefinition,
  SentencePieceDefinition,
  Surroundings,
  TextTokenizerDefinition,
  WordPieceDefinition,
} from './definition.js'
export { type Gpt2Files, parseGpt2Files } from './gpt2-files.js'
export { byteToken, spaceMark } from './sentence-piece.js'
export { splitPatterns } from './split-pattern.js'
export { createTextStream, type TextStream } from './text-stream.js'
export type { DecodeOptions, EncodeOptions, TextTokenizer } from './tokenizer.js'
export { parseTokenizerJson, readTextTokenizer } from './tokenizer-json/parse.js'
export { printTokenizerJson, writeTextTokenizer } from './tokenizer-json/print.js'
export {
  type BytePairTrainingOptions,
  type TokenizerTrainingProgress,
  trainBytePairEncoding,
} from './train-byte-pair.js'
export {
  createUnreadFinder,
  type UnreadCharacters,
  unknownCharactersOf,
} from './unread-characters.js'
export { withSurroundings } from './with-surroundings.js'
