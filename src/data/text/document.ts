/** A text as sources yield it: a document, or a piece of a long one. */

export interface TextDocument {
  readonly text: string
  /** Where it was found, for reports. */
  readonly file?: string
  /** From 1; in a Parquet file, the number of the row. */
  readonly line?: number
  /** Whether the document goes on in the next piece. */
  readonly continues?: boolean
}

/** Reads documents from the start, each time it is called. */
export type Documents = () => AsyncIterable<TextDocument>
