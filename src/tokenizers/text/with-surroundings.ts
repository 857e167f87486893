import { createTextTokenizer } from './create.js'
import type { Surroundings } from './definition.js'
import type { TextTokenizer } from './tokenizer.js'
import { printSurroundings } from './tokenizer-json/print.js'

/** The same tokenizer with other special tokens around texts. */
export const withSurroundings = (
  { definition, idOf }: TextTokenizer,
  surroundings: Surroundings,
): TextTokenizer =>
  createTextTokenizer(
    definition.kind === 'foreign'
      ? {
          ...definition,
          surroundings,
          content: { ...definition.content, post_processor: printSurroundings(surroundings, idOf) },
        }
      : { ...definition, surroundings },
  )
