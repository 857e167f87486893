/** A text tokenizer that knows bytes and a few words. */

import { type TextTokenizer, trainBytePairEncoding } from '../../src/tokenizers/text/index.js'
import { specialTokens } from '../../src/tokenizers/vocabulary.js'

export const tinyTextTokenizer = (): Promise<TextTokenizer> =>
  trainBytePairEncoding({
    texts: ['red cat', 'green house', 'blue square', 'white cat', 'red house', 'green cat'],
    vocabularySize: 280,
    specialTokens: [...specialTokens],
  })
