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

/**
 * Byte pair encoding of characters, where ▁ is a space and characters that are no token become
 * bytes, spelt <0x00> to <0xFF>: SentencePiece's (Kudo & Richardson 2018) as Llama uses it. A text
 * is encoded with a space before it, which is taken away when it is decoded.
 */
export interface SentencePieceDefinition extends CommonDefinition {
  readonly kind: 'sentence-piece'
  /** Pairs of ids in the order in which they are joined. */
  readonly merges: readonly (readonly [left: number, right: number])[]
}

/** The longest pieces of words that the vocabulary has, ## before all but the first: BERT's. */
export interface WordPieceDefinition extends CommonDefinition {
  readonly kind: 'word-piece'
  readonly unknownToken: string
  /** What words are: apart by white space and punctuation, or runs of letters and of others. */
  readonly words: 'bert' | 'runs'
  /** What is done to a text before it is divided; nothing when left out. */
  readonly normalization?: BertNormalization
  /** Characters of a word; a longer one is the unknown token. */
  readonly maximumWordLength: number
  /** Whether spaces before punctuation and English endings are left out when decoding. */
  readonly hasCleanup: boolean
}

export interface BertNormalization {
  /** Drops control characters and makes spaces of white space. */
  readonly isCleaned: boolean
  /** Puts spaces around Chinese characters. */
  readonly dividesChinese: boolean
  readonly stripsAccents: boolean
  readonly isLowercased: boolean
}

/** Another project's tokenizer of a kind that this one does not have, with its own file. */
export interface ForeignDefinition extends CommonDefinition {
  readonly kind: 'foreign'
  /** The content of its tokenizer.json. */
  readonly content: Readonly<Record<string, unknown>>
}

export type TextTokenizerDefinition =
  | BytePairDefinition
  | CharacterDefinition
  | SentencePieceDefinition
  | WordPieceDefinition
  | ForeignDefinition
