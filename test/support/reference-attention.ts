/**
 * The attention layer once more, in plain loops over plain numbers: normalised queries and keys,
 * rotary positions, grouped heads and masks, straight from the papers' formulas.
 */

export type Rows = readonly (readonly number[])[]

export interface ReferenceAttention {
  readonly heads: number
  readonly keyValueHeads: number
  /** [time][width] of one sequence. */
  readonly x: Rows
  /** Columns: queries, then keys, then values, head by head. */
  readonly input: Rows
  readonly queryScale: readonly number[]
  readonly keyScale: readonly number[]
  readonly output: Rows
  /** The angle of each place and pair, [time][head width / 2]. */
  readonly angles?: Rows
  readonly mayLook: (query: number, key: number) => boolean
}

export const multiply = (a: Rows, b: Rows): number[][] =>
  a.map((row) =>
    b[0]!.map((_, column) =>
      row.reduce((sum, value, index) => sum + value * b[index]![column]!, 0),
    ),
  )

export const normalize = (row: readonly number[], scale: readonly number[]): number[] => {
  const size = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0) / row.length + 1e-6)
  return row.map((value, index) => (value / size) * scale[index]!)
}

/** Turns each pair (i, i + half) by its angle. */
export const turn = (row: readonly number[], angles: readonly number[]): number[] => {
  const half = row.length / 2
  const turned = [...row]
  for (let pair = 0; pair < half; pair++) {
    const [x, y] = [row[pair]!, row[pair + half]!]
    turned[pair] = x * Math.cos(angles[pair]!) - y * Math.sin(angles[pair]!)
    turned[pair + half] = x * Math.sin(angles[pair]!) + y * Math.cos(angles[pair]!)
  }
  return turned
}

const softmax = (scores: readonly number[]): number[] => {
  const largest = Math.max(...scores)
  const weights = scores.map((score) => Math.exp(score - largest))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return weights.map((weight) => weight / total)
}

/** One head: queries, keys and values [time][head width] → [time][head width]. */
export const attendHead = (
  queries: Rows,
  keys: Rows,
  values: Rows,
  mayLook: (query: number, key: number) => boolean,
): number[][] =>
  queries.map((query, place) => {
    const scores = keys.map((key, other) =>
      mayLook(place, other)
        ? key.reduce((sum, value, index) => sum + value * query[index]!, 0) /
          Math.sqrt(query.length)
        : Number.NEGATIVE_INFINITY,
    )
    return multiply([softmax(scores)], values)[0]!
  })

/** The layer's output [time][width] for one sequence. */
export const referenceAttention = (options: ReferenceAttention): number[][] => {
  const { heads, keyValueHeads, x, input, queryScale, keyScale, output, angles, mayLook } = options
  const width = queryScale.length
  const projected = multiply(x, input)
  const head = (index: number) =>
    projected.map((row) => row.slice(index * width, (index + 1) * width))
  const placed = (rows: Rows, scale: readonly number[]) =>
    rows.map((row, place) => {
      const normalized = normalize(row, scale)
      return angles === undefined ? normalized : turn(normalized, angles[place]!)
    })
  const shared = heads / keyValueHeads
  const attended = Array.from({ length: heads }, (_, index) => {
    const group = Math.floor(index / shared)
    return attendHead(
      placed(head(index), queryScale),
      placed(head(heads + group), keyScale),
      head(heads + keyValueHeads + group),
      mayLook,
    )
  })
  return multiply(
    x.map((_, place) => attended.flatMap((rows) => rows[place]!)),
    output,
  )
}
