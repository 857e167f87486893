/** Media to ids of one vocabulary, and back. */

export { type ImageTokenizerConfig, imageTokenizerSchema } from './image/config.js'
export { createImageTokenizer, type ImageTokenizer } from './image/image-tokenizer.js'
export * from './text/index.js'
export { createVocabulary, specialTokens, type Vocabulary } from './vocabulary.js'
