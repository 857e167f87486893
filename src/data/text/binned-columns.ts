/**
 * Rows of numbers as texts of tokens: each number becomes the bin that it falls into. The bins hold
 * equally many of the training part's rows, so that no scale has to be known.
 */

export interface BinnedColumn {
  readonly name: string
  /** Where bins end, ascending; a number's bin is how many of them are at or below it. */
  readonly edges: readonly number[]
}

/** Columns whose bins are quantiles of the rows' values; equal edges are one. */
export const learnBins = (
  names: readonly string[],
  rows: readonly (readonly number[])[],
  bins: number,
): BinnedColumn[] =>
  names.map((name, column) => {
    const values = rows.map((row) => row[column]!).sort((a, b) => a - b)
    const edges = Array.from({ length: bins - 1 }, (_, index) => {
      const place = Math.floor(((index + 1) * values.length) / bins)
      // Between two values, so that a new one near either falls on the right side.
      return (values[Math.max(0, place - 1)]! + values[place]!) / 2
    })
    return { name, edges: [...new Set(edges)].filter((edge) => edge > values[0]!) }
  })

/** The first of the characters that stand for bins: a private part of Unicode. */
const firstBin = 0xe000

/**
 * A row as a text: for each column one character that says the column and the bin. The characters of
 * a column follow those of the one before.
 */
export const writeBins = (columns: readonly BinnedColumn[], values: readonly number[]): string => {
  let first = firstBin
  let text = ''
  for (const [index, { edges }] of columns.entries()) {
    const value = values[index]!
    text += String.fromCharCode(first + edges.filter((edge) => edge <= value).length)
    first += edges.length + 1
  }
  return text
}

/** A text with every bin of every column, for a tokenizer that is to know them all. */
export const allBins = (columns: readonly BinnedColumn[]): string =>
  String.fromCharCode(
    ...Array.from(
      { length: columns.reduce((sum, { edges }) => sum + edges.length + 1, 0) },
      (_, index) => firstBin + index,
    ),
  )
