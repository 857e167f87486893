/** What a text tokenizer is, as data: all that tokenizer.json says of it. */

interface CommonDefinition {
  /** Every token by its id, none twice. */
  readonly vocabulary: readonly string[]
  /** The tokens that text never becomes by itself: `<bos>`, `<image>`. All are in `vocabulary`. */
  readonly specialTokens: readonly string[]
  /** The special token that stands for what the vocabulary lacks; without it, that is an error. */
  readonly unknownToken?: string
  /** What `addSpecial` puts around a text. */
  readonly surroundings?: Surroundings
}

/** Special tokens before and after a text. */
export interface Surroundings {
  readonly before?: readonly string[]
  readonly after?: readonly string[]
}

/** Byte-level byte pair encoding; tokens are spelt in byte-level characters, save special ones. */
export interface BytePairDefinition extends CommonDefinition {
  readonly kind: 'byte-pair'
  /** In the syntax of tokenizer.json. */
  readonly splitPattern: string
  /** Pairs of ids in the order in which they were learnt; joined, they spell a token. */
  readonly merges: readonly (readonly [left: number, right: number])[]
}

/** One token for each character, that is, for each Unicode code point. */
export interface CharacterDefinition extends CommonDefinition {
  readonly kind: 'character'
}

export type TextTokenizerDefinition = BytePairDefinition | CharacterDefinition
