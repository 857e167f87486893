/**
 * What a filter of texts is: it changes pieces, or judges documents that it follows piece by piece,
 * so that no document has to be in memory as a whole.
 */

/** What becomes of a document; a marked one is kept and counted. */
export type Verdict = 'keep' | 'drop' | 'mark'

export interface DocumentJudge {
  read(piece: string): void
  /** Is asked once, at the document's end, unless another filter dropped it before. */
  verdict(): Verdict
}

export interface TextFilter {
  /** As reports name it. */
  readonly name: string
  /** A piece as it goes on, and at how many places it was changed. */
  change?(piece: string): { readonly text: string; readonly changes: number }
  /** Begins to follow a document. */
  judge?(): DocumentJudge
}

/** Puts a text in the place of every match of a pattern, and counts them. */
export const replaceCounted = (
  piece: string,
  pattern: RegExp,
  replacement: string,
): { text: string; changes: number } => {
  let changes = 0
  const text = piece.replace(pattern, () => {
    changes++
    return replacement
  })
  return { text, changes }
}
