/** Where text goes: standard output or standard error, or something like them in tests. */

export interface Output {
  write(text: string): void
  /** Whether a person looks at it, rather than a pipe or a file. */
  readonly isTTY: boolean
  /** Columns of the terminal now; undefined elsewhere. */
  readonly columns?: number | undefined
}
